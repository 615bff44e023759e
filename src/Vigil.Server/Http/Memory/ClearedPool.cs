using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;

namespace Vigil.Server.Http.Memory;

/// <summary>
/// The blocks that requests are read into. Each is cleared when it is given back: what was uploaded is not
/// left in memory for whoever reads this process later.
/// </summary>
internal sealed class ClearedPool : MemoryPool<byte>
{
    /// <summary>As the server's own pool has them.</summary>
    public const int BlockBytes = 4096;

    /// <summary>Free blocks kept for the next requests: 64 MiB; more go to the garbage collector, cleared.</summary>
    public const int MaxFreeBlocks = 16 * 1024;

    private readonly ConcurrentQueue<Block> _free = new();
    private bool _isDisposed;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var block = _free.TryDequeue(out var free) ? free : new Block(this);
        block.Taken();
        return block;
    }

    private void Return(Block block)
    {
        if (!_isDisposed && _free.Count < MaxFreeBlocks)
        {
            _free.Enqueue(block);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _free.Clear();
    }

    private sealed class Block(ClearedPool pool) : IMemoryOwner<byte>
    {
        /// <summary>Pinned: sockets read into it, and a moved array would leave a copy behind.</summary>
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        /// <summary>A block given back twice must not be handed to two requests.</summary>
        private int _isTaken;

        public Memory<byte> Memory => _bytes;

        public void Taken() => Volatile.Write(ref _isTaken, 1);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isTaken, 0) == 1)
            {
                CryptographicOperations.ZeroMemory(_bytes);
                pool.Return(this);
            }
        }
    }
}

/// <summary>Gives the server such pools instead of its own.</summary>
internal sealed class ClearedPools : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentBag<ClearedPool> _made = [];

    /// <summary>How many were made: proof that the server asks here.</summary>
    public int Count => _made.Count;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
    {
        var pool = new ClearedPool();
        _made.Add(pool);
        return pool;
    }
}
