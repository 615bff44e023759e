using System.Text;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>A look ends however much is held, and however much ever was.</summary>
public class BoundedLookTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(367);

    [Fact(Timeout = 120_000)]
    public async Task Pages_of_what_is_held_leave_nothing_out()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        custody.Limits = new ContentLimits { RowsAtOnce = 2 };
        await custody.ReopenAsync();
        // All sealed in one moment, so that a page ends within it.
        var held = new List<Guid>();
        for (byte i = 0; i < 5; i++)
        {
            held.Add(await custody.SealAsync([i], CaseRef.New()));
        }
        var lost = held.Max();
        var files = custody.ObjectFiles(lost).ToDictionary(path => path, File.ReadAllBytes);
        foreach (var path in files.Keys)
        {
            File.Delete(path);
        }
        await custody.SweepAsync();
        Assert.Contains("content_missing", await custody.AlarmsAsync());
        // And so no epoch is closed, whichever page it is on.
        var gone = held.Min();
        var kept = held.Where(id => id != gone).ToList();
        foreach (var id in kept)
        {
            await custody.HoldAsync(CustodyKernel.Legal(id));
        }
        custody.Time.Pass(Year);
        Assert.Equal((1, 0), await LookAsync());
        Assert.Contains("epoch_not_closed", await custody.AlarmsAsync());

        foreach (var (path, bytes) in files)
        {
            await File.WriteAllBytesAsync(path, bytes);
        }
        custody.Time.Pass(TimeSpan.FromHours(25));
        Assert.Equal((0, 1), await LookAsync());
        Assert.NotNull((await custody.FindAsync(gone))!.ClosedAt);
        foreach (var id in kept)
        {
            Assert.Single(await custody.OpenAsync(id));
        }

        async Task<(int, int)> LookAsync()
        {
            var report = await custody.SweepAsync();
            return (report.Destroyed, report.Closed);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task All_that_was_destroyed_is_certified_in_parts_and_tombstones_are_not_walked()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        custody.Limits = new ContentLimits { RowsAtOnce = 2 };
        await custody.ReopenAsync();
        var all = new List<Guid>();
        for (byte i = 0; i < 5; i++)
        {
            all.Add(await custody.SealAsync([i]));
        }
        custody.Time.Pass(Year);
        Assert.Equal(5, (await custody.SweepAsync()).Destroyed);
        foreach (var id in all)
        {
            Assert.NotNull((await custody.FindAsync(id))!.ClosedAt);
        }

        // One that cannot even be read stands for those that are too many to be read.
        await custody.Kernel.Db.SystemAsync(
            "test",
            isWrite: true,
            tx =>
                tx.ExecuteAsync(
                    """
                    update content set seq = 0, missing_at = 9223372036854775807
                    where tenant = @tenant and id = @id
                    """,
                    new { id = all[0] }
                )
        );
        var again = await custody.SealAsync(Encoding.ASCII.GetBytes("again"));
        custody.Time.Pass(Year + TimeSpan.FromDays(1));
        Assert.Equal(1, (await custody.SweepAsync()).Destroyed);
        Assert.NotNull((await custody.FindAsync(again))!.ClosedAt);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_overdue_is_told_though_the_look_fails()
    {
        await using var custody = await CustodyKernel.OpenAsync();
        await custody.SealAsync([1]);
        await custody.SweepAsync();
        // A clock that jumped destroys nothing.
        custody.Time.Advance(Year + TimeSpan.FromDays(3));
        Directory.Delete(Path.Combine(custody.LockerFolder, "default", "objects"), recursive: true);

        await Assert.ThrowsAsync<DirectoryNotFoundException>(custody.SweepAsync);

        Assert.Contains("contents_overdue", await custody.AlarmsAsync());
    }
}
