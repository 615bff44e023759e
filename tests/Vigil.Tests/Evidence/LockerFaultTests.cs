using Vigil.Evidence;
using Vigil.Files;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>
/// A locker whose disk fails or is full. The probe stores objects of growing size; it destroys every third one right
/// after, and closes the epochs after the tenth: calls are counted from its start.
/// </summary>
public sealed class LockerFaultTests : IDisposable
{
    private const string CheckDisk = "Check the disk";
    private const string FreeSpace = "Free space";
    private readonly TestRing _ring = new();

    public void Dispose() => _ring.Dispose();

    private string Folder => _ring.Folder["locker"];

    /// <summary>Two renames an object (body, head), two removals a destruction (head, body).</summary>
    [Theory]
    [InlineData("pwrite64:error=EIO:when=1+", 0, CheckDisk)]
    [InlineData("pwrite64:error=EIO:when=4", null, CheckDisk)]
    [InlineData("pwrite64:error=ENOSPC:when=4+", null, FreeSpace)]
    [InlineData("mkdir:error=EIO:when=9", null, CheckDisk)]
    [InlineData("mkdir:error=ENOSPC:when=9", null, FreeSpace)]
    [InlineData("renameat:error=EIO:when=3", 1, CheckDisk)] // the second body
    [InlineData("renameat:error=EIO:when=4", 1, CheckDisk)] // the second head
    [InlineData("renameat:error=ENOSPC:when=4", 1, FreeSpace)]
    [InlineData("renameat:error=EIO:when=21", 10, CheckDisk)] // the ring, with a new epoch
    [InlineData("renameat:error=EIO:when=22+", 10, CheckDisk)] // heads that are wrapped anew
    [InlineData("renameat:error=EIO:when=25+", 10, CheckDisk)]
    [InlineData("renameat:error=ENOSPC:when=25+", 10, FreeSpace)]
    public void What_the_disk_refuses_is_said_with_advice_and_leaves_nothing_half(
        string fault,
        int? stored,
        string advice
    )
    {
        using var probe = Probe.StartWithFault(fault, "locker", Folder, _ring.Folder["keys"], "a", "10");
        var (code, lines, error) = probe.End();
        Assert.Equal(3, code);
        Assert.Contains(advice, error, StringComparison.Ordinal);
        Assert.Equal(stored ?? Puts(lines).Count(), Puts(lines).Count());
        AssertStands(lines);
    }

    [Theory]
    [InlineData("unlinkat:error=EIO:when=1", true)] // its head: it is there as before
    [InlineData("unlinkat:error=EIO:when=2", false)] // its body: without a head it opens to nobody
    [InlineData("unlinkat:error=EROFS:when=2", false)]
    public void A_destruction_that_the_disk_refuses_leaves_a_whole_object_or_none_and_can_be_done_again(
        string fault,
        bool isThere
    )
    {
        using var probe = Probe.StartWithFault(fault, "locker", Folder, _ring.Folder["keys"], "a", "10");
        var (code, lines, error) = probe.End();
        Assert.Equal(3, code);
        Assert.Contains("Removing", error, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("gone", StringComparison.Ordinal));
        _ring.Reopen();
        using var locker = Locker.Open(Folder, _ring.Keys, KeyRing.DefaultTenant);
        Assert.Equal(isThere ? ["a-1", "a-2", "a-3"] : ["a-1", "a-2"], locker.List().Order());
        Assert.Equal(isThere, locker.Verify("a-3") is null);
        locker.Destroy("a-3", _ => false);
        Assert.Empty(Directory.GetFiles(Folder, "a-3.*", SearchOption.AllDirectories));
    }

    /// <summary>Each sync of storing, destroying, wrapping anew and of the ring, one after another.</summary>
    [Fact]
    public void A_failed_sync_ends_the_process_and_what_was_acknowledged_stands()
    {
        var (step, ended, isOver) = (0, 0, false);
        while (!isOver)
        {
            step += Effort.Of(5) == 5 ? 1 : 17;
            using var ring = new TestRing();
            var folder = ring.Folder["locker"];
            using var probe = Probe.StartWithFault(
                $"fsync:error=EIO:when={step}",
                "locker",
                folder,
                ring.Folder["keys"],
                "a",
                "10"
            );
            var (code, lines, error) = probe.End();
            isOver = code == 0;
            if (!isOver)
            {
                ended++;
                Assert.Equal(74, code);
                Assert.Contains("fsync of", error, StringComparison.Ordinal);
            }
            AssertStands(ring, lines);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"syncs={step} ended={ended} lost=0");
        Assert.True(ended > 3, "Hardly a sync failed.");
    }

    private static IEnumerable<string> Puts(IEnumerable<string> lines) =>
        lines.Where(line => line.StartsWith("put ", StringComparison.Ordinal)).Select(line => line[4..]);

    private void AssertStands(IReadOnlyList<string> lines) => AssertStands(_ring, lines);

    /// <summary>What was stored is whole, what is gone is gone, and everything goes on.</summary>
    private static void AssertStands(TestRing ring, IReadOnlyList<string> lines)
    {
        ring.Reopen();
        var folder = ring.Folder["locker"];
        using var locker = Locker.Open(folder, ring.Keys, KeyRing.DefaultTenant);
        var there = locker.List().ToHashSet();
        var gone = lines
            .Where(line => line.StartsWith("gone ", StringComparison.Ordinal))
            .Select(line => line[5..]);
        var stored = Puts(lines).Except(gone).ToList();
        // The last one may have been on its way out.
        var going =
            lines is [.., var last] && last.StartsWith("put ", StringComparison.Ordinal) ? last[4..] : "";
        Assert.Empty(stored.Except(there).Except([going]));
        Assert.Empty(gone.Intersect(there));
        Assert.All(there, id => Assert.Null(locker.Verify(id)));
        for (var i = 1; i <= 10; i++)
        {
            if (!there.Contains($"a-{i}"))
            {
                locker.Put($"b-{i}", new MemoryStream([1]));
            }
        }
        var all = locker.List().ToList();
        locker.CloseEpochs(all);
        Assert.All(all, id => Assert.Null(locker.Verify(id)));
        // Nothing temporary, and no body without a head.
        Assert.Equal(
            all.Count * 2,
            Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Count(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        );
    }
}
