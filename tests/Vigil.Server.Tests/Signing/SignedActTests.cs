using Vigil.Evidence;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>Rows become entries of a signed ledger: dense, in order, once.</summary>
public class SignedActTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_waits_for_its_signature_stands_in_the_folder_when_it_returns()
    {
        await using var open = await OpenKernel.CreateAsync();
        await using var signing = open.SignLedger();

        var subject = await open.Kernel.Db.SignedAsync(
            Acts.Actor,
            Permission.SettingsWrite,
            async tx =>
            {
                await tx.RecordAsync(new LedgerAct("test.shown", "one"));
                return "one";
            }
        );

        var folder = await Acts.FolderAsync(open);
        var checkpoint = folder.ReadCheckpoint();
        var rows = await Acts.RowsAsync(open);
        Assert.Equal("one", subject);
        Assert.Equal(checkpoint.Size, rows.Count);
        Assert.Equal("test.shown", rows[^1].Action);
        Assert.Equal(rows[^1].Leaf(), folder.ReadEntry(checkpoint, rows.Count - 1).ToArray());
        Assert.True(folder.Verify().IsWhole);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_signature_in_time_it_is_recorded_and_refused()
    {
        await using var open = await OpenKernel.CreateAsync();

        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            open.Kernel.Db.SignedAsync(
                Acts.Actor,
                Permission.SettingsWrite,
                tx => Acts.RecordAsync(tx, "one")
            )
        );

        Assert.Contains("its effect did not happen", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Acts.CountAsync(open, "ledger_event where action = 'test.done'"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Rows_of_many_writers_get_places_without_gaps_in_order_of_their_numbers()
    {
        const int writers = 8;
        const int each = 40;
        await using var open = await OpenKernel.CreateAsync();
        await using (open.SignLedger())
        {
            await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => WriteAsync(open, writer, each)));
            await open.Kernel.Db.SignedAsync(
                Acts.Actor,
                Permission.SettingsWrite,
                tx => Acts.RecordAsync(tx, "last")
            );
        }
        var folder = await Acts.FolderAsync(open);
        var checkpoint = folder.ReadCheckpoint();
        var rows = await Acts.RowsAsync(open);

        Assert.Equal(writers * each + 1, checkpoint.Size);
        Assert.Equal(Enumerable.Range(0, rows.Count), rows.Select(row => (int)row.Position));
        Assert.Equal(rows.Count, rows.Select(row => row.Seq).Distinct().Count());
        Assert.Equal("last", rows[^1].Subject);
        Assert.All(rows, row => Assert.Null(row.Fault(folder.ReadEntry(checkpoint, row.Position))));
    }

    private static async Task WriteAsync(OpenKernel open, int writer, int acts)
    {
        for (var i = 0; i < acts; i++)
        {
            await open.Kernel.Db.ActAsync(
                Acts.Actor,
                Permission.SettingsWrite,
                tx => Acts.RecordAsync(tx, $"{writer}-{i % 5}")
            );
        }
    }
}
