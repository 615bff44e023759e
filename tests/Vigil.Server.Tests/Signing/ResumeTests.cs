using Vigil.Evidence;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>On from a database that was put back, without a second history.</summary>
public class ResumeTests
{
    private const string Why = "Backup of yesterday put back.";

    [Fact(Timeout = 60_000)]
    public async Task A_database_put_back_goes_on_under_the_same_tree_and_its_ledger_says_what_is_lost()
    {
        await using var open = await PutBackAsync();
        var folder = await Acts.FolderAsync(open);
        var before = folder.ReadCheckpoint();
        Assert.Equal(5, before.Size);
        await Assert.ThrowsAsync<LedgerException>(() => SignAllAsync(open));

        var resumed = await LedgerResume.RunAsync(open.Database, folder, before, Why);

        Assert.Equal((2, 5, 3), (resumed.From, resumed.To, resumed.Lost));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            LedgerResume.RunAsync(open.Database, folder, before, Why)
        );
        await SignAllAsync(open);
        await open.ActAsync("after");
        await SignAllAsync(open);
        await Acts.AssertWholeAsync(open);
        var after = folder.ReadCheckpoint();
        Assert.Equal(before.Root, folder.RootAt(after, before.Size));
        var rows = await Acts.RowsAsync(open);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], rows.Select(row => row.Position));
        Assert.Equal(
            [
                LedgerResume.LostAction,
                LedgerResume.LostAction,
                LedgerResume.LostAction,
                "ledger.salt_destroyed",
            ],
            rows.Skip(2).Take(4).Select(row => row.Action)
        );
        Assert.Equal((LedgerResume.ResumedAction, "5"), (rows[6].Action, rows[6].Subject));
        var act = System.Text.Encoding.UTF8.GetString(rows[6].Canonical!);
        Assert.Contains("""{"from":"2","to":"5"}""", act, StringComparison.Ordinal);
        Assert.Contains(Why, act, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_row_that_is_not_as_it_was_signed_is_no_matter_of_a_backup_and_nothing_is_written()
    {
        await using var open = await PutBackAsync();
        await open.ExecuteAsync("update ledger_event set actor = 'x' where seq = 1");
        var folder = await Acts.FolderAsync(open);

        var refused = await Assert.ThrowsAsync<LedgerException>(() =>
            LedgerResume.RunAsync(open.Database, folder, folder.ReadCheckpoint(), Why)
        );

        Assert.Equal(LedgerProblem.Damaged, refused.Problem);
        Assert.Equal(2, await Acts.CountAsync(open, "ledger_event"));
    }

    /// <summary>Five signed acts, of which the database knows two.</summary>
    private static async Task<OpenKernel> PutBackAsync()
    {
        var open = await OpenKernel.CreateAsync();
        foreach (var subject in new[] { "one", "two", "three", "four", "five" })
        {
            await open.ActAsync(subject);
        }
        await SignAllAsync(open);
        await open.ExecuteAsync(
            """
            delete from ledger_leaf where position >= 2;
            delete from ledger_event where seq > 2;
            delete from ledger_salt where subject in ('three', 'four', 'five');
            update ledger_head set size = 0, note = null
            """
        );
        return open;
    }

    private static async Task SignAllAsync(OpenKernel open)
    {
        using var sequencer = open.Kernel.NewSequencer();
        await sequencer.StepAsync(CancellationToken.None);
        await sequencer.EndAsync(CancellationToken.None);
    }
}
