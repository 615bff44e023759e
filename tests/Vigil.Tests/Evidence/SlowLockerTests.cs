using Vigil.Evidence;
using Vigil.Files;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

public sealed class SlowLockerTests : IDisposable
{
    private readonly TestRing _ring = new();

    public void Dispose() => _ring.Dispose();

    private string Folder => _ring.Folder["locker"];

    [Fact(Timeout = 120_000)]
    public async Task A_slow_source_holds_up_neither_a_destruction_nor_a_close_and_dies_with_no_epoch()
    {
        using var locker = Open();
        Put(locker, "due", 1);
        Put(locker, "kept", 2);
        using var slow = new WaitingStream([3]);
        var storing = Task.Run(() => locker.Put("slow", slow));
        await slow.Begun.WaitAsync(TestContext.Current.CancellationToken);

        var others = Task.Run(() =>
        {
            locker.Destroy("due", _ => false);
            return (First: locker.CloseEpochs(["kept"]), Second: locker.CloseEpochs(["kept"]));
        });
        var closed = await others.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(storing.IsCompleted);
        slow.Go();
        Assert.Equal(1, await storing);

        Assert.Equal([1], closed.First);
        Assert.Equal([2], closed.Second);
        Assert.Equal([3], Read(locker, "slow"));
        Assert.Equal([3], locker.CloseEpochs(["kept", "slow"]));
        Assert.Equal([3], Read(locker, "slow"));
        Assert.Equal([2], Read(locker, "kept"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_close_takes_no_body_that_waits_for_its_head_for_one_that_nobody_stores_any_more()
    {
        using var locker = Open();
        for (byte i = 0; i < 3; i++)
        {
            Put(locker, $"object-{i}", i);
        }
        // As the close will find them: the last is stored anew while it looks at the first.
        var bodies = Directory.GetFiles(Folder, "*.body", SearchOption.AllDirectories);
        var last = Path.GetFileNameWithoutExtension(bodies[^1]);
        locker.Destroy(last, _ => false);
        using var slow = new WaitingStream([9]);
        var storing = Task.Run(() => locker.Put(last, slow));
        await slow.Begun.WaitAsync(TestContext.Current.CancellationToken);
        var kept = new LookedAt(
            [.. locker.List()],
            () =>
            {
                slow.Go();
                Assert.True(SpinWait.SpinUntil(() => File.Exists(bodies[^1]), TimeSpan.FromSeconds(30)));
            }
        );

        Assert.Equal([1], await Task.Run(() => locker.CloseEpochs(kept)));

        Assert.Equal(1, await storing);
        Assert.Equal([9], Read(locker, last));
    }

    private Locker Open() => Locker.Open(Folder, _ring.Keys, KeyRing.DefaultTenant);

    private static void Put(Locker locker, string id, byte content) =>
        locker.Put(id, new MemoryStream([content]));

    private static byte[] Read(Locker locker, string id)
    {
        using var content = locker.Get(id);
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private sealed class LookedAt(IReadOnlyList<string> ids, Action looked) : IReadOnlyCollection<string>
    {
        public int Count => ids.Count;

        public IEnumerator<string> GetEnumerator()
        {
            looked();
            return ids.GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Its first byte is asked for, and comes when it is let go.</summary>
    private sealed class WaitingStream(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _begun = new();
        private readonly ManualResetEventSlim _go = new();

        public Task Begun => _begun.Task;

        public void Go() => _go.Set();

        public override int Read(byte[] buffer, int offset, int count)
        {
            _begun.TrySetResult();
            _go.Wait();
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            _begun.TrySetResult();
            _go.Wait();
            return base.Read(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            _go.Set();
            base.Dispose(disposing);
        }
    }
}
