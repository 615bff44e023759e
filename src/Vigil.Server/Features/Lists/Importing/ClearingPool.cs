using System.Buffers;
using System.Security.Cryptography;

namespace Vigil.Server.Features.Lists.Importing;

/// <summary>
/// Memory for list files on their way in: never shared with other requests, overwritten when it is given back.
/// </summary>
internal sealed class ClearingPool : MemoryPool<byte>
{
    public static readonly ClearingPool Instance = new();

    private const int BlockBytes = 64 * 1024;

    public override int MaxBufferSize => 1024 * 1024;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        new Block(new byte[Math.Max(minBufferSize, BlockBytes)]);

    protected override void Dispose(bool disposing) { }

    private sealed class Block(byte[] bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory => bytes;

        public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
    }
}
