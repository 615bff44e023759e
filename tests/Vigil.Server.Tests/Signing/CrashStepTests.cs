using Dapper;
using Vigil.Evidence;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>
/// The process ends after each step of a round: what the database and the folder hold then is all that is left.
/// </summary>
public class CrashStepTests
{
    public enum Step
    {
        Taken,
        Assigned,
        Appended,
        Stored,
    }

    private static readonly int Rounds = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG")
        is { Length: > 0 }
        ? 25
        : 5;

    [Theory(Timeout = 300_000)]
    [InlineData(Step.Taken)]
    [InlineData(Step.Assigned)]
    [InlineData(Step.Appended)]
    [InlineData(Step.Stored)]
    public async Task What_was_done_before_the_end_is_neither_lost_nor_done_twice(Step step)
    {
        await using var open = await OpenKernel.CreateAsync();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                await open.ActAsync($"{round}-{i}");
            }
            await EndAfterAsync(open, step);
            await open.OpenAsync();
        }
        await open.ActAsync("last");
        await SignAllAsync(open);

        var rows = await Acts.RowsAsync(open);
        var checkpoint = (await Acts.FolderAsync(open)).ReadCheckpoint();
        Assert.Equal(Rounds * (step == Step.Stored ? 3 : 4) + 1, rows.Count);
        Assert.Equal(rows.Count, checkpoint.Size);
        Assert.Equal(checkpoint.Size, (await Acts.HeadAsync(open)).Size);
        await Acts.AssertWholeAsync(open);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_holder_that_was_away_and_wakes_up_writes_nothing_more()
    {
        await using var open = await OpenKernel.CreateAsync();
        await open.ActAsync("before");
        using var stale = open.Kernel.NewSequencer();
        await stale.StepAsync(CancellationToken.None);
        var copy = open.LedgerFolder + "-shared";
        Acts.Copy(open.LedgerFolder, copy);
        // It sleeps here, with its rows read; another takes over where it cannot see it.
        await open.ActAsync("while it sleeps");
        var read = await stale.AssignAsync(CancellationToken.None);
        using (var next = new Sequencer(open.Kernel.Db, open.Kernel.LedgerSpot with { Folder = copy }, new()))
        {
            await next.StepAsync(CancellationToken.None);
            Assert.True(next.IsHolder);
            await open.ActAsync("after");

            var appended = await stale.AppendAsync(read);
            await Assert.ThrowsAsync<LeaseLostException>(() =>
                stale.StoreAsync(appended, CancellationToken.None)
            );
            await Assert.ThrowsAsync<LeaseLostException>(() => stale.AssignAsync(CancellationToken.None));
            await Assert.ThrowsAsync<LeaseLostException>(() => stale.StepAsync(CancellationToken.None));
            await next.StepAsync(CancellationToken.None);
            // Also where nothing waits to be signed, so that no row tells it.
            await Assert.ThrowsAsync<LeaseLostException>(() => stale.StepAsync(CancellationToken.None));
        }
        var head = await Acts.HeadAsync(open);
        var key = VerifierKey.Parse(head.Verifier!);
        Assert.Equal((3, 2), (head.Size, head.Epoch));
        var winner = new LedgerFolder(copy, key);
        Assert.Equal(3, winner.ReadCheckpoint().Size);
        // What the stale one appended is the beginning of the same tree: the database gives the places.
        var loser = new LedgerFolder(open.LedgerFolder, key).ReadCheckpoint();
        Assert.Equal(winner.RootAt(winner.ReadCheckpoint(), loser.Size), loser.Root);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_without_the_folder_begins_no_second_history()
    {
        await using var open = await OpenKernel.CreateAsync();
        await open.ActAsync("one");
        await SignAllAsync(open);
        var elsewhere = open.LedgerFolder + "-elsewhere";

        using var other = new Sequencer(
            open.Kernel.Db,
            open.Kernel.LedgerSpot with
            {
                Folder = elsewhere,
            },
            new()
        );
        var refused = await Assert.ThrowsAsync<LedgerException>(() =>
            other.StepAsync(CancellationToken.None)
        );

        Assert.Contains("copy its folder here", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere));
        await SignAllAsync(open);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_process_relies_on_the_first_and_takes_over_with_its_folder_when_it_is_gone()
    {
        Assert.SkipWhen(TestDatabase.PostgresServer is null, "With SQLite there is one process.");
        await using var open = await OpenKernel.CreateAsync();
        var standing = new LedgerStanding();
        var place = open.LedgerFolder + "-second";
        // Another place is another holder.
        var spot = LedgerSpot.Of(
            new TrustOptions
            {
                Database = open.Database,
                KeysFolder = Path.Combine(open.DataFolder, "keys"),
                LedgerFolder = place,
            },
            open.Kernel.Vault
        );
        using var second = new Sequencer(open.Kernel.Db, spot, standing);
        standing.Begin();
        using (var first = open.Kernel.NewSequencer())
        {
            await open.ActAsync("one");
            await first.StepAsync(CancellationToken.None);
            await second.StepAsync(CancellationToken.None);
            var before = LedgerStanding.Now;
            await open.ActAsync("two");
            await second.StepAsync(CancellationToken.None);
            await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
                standing.WaitAsync(before, TimeSpan.FromMilliseconds(50), CancellationToken.None)
            );
            await first.StepAsync(CancellationToken.None);
            await second.StepAsync(CancellationToken.None);
            await standing.WaitAsync(before, TimeSpan.FromMilliseconds(50), CancellationToken.None);
            Assert.False(second.IsHolder);
        }
        await open.ActAsync("three");

        // The first is silent: the lease ends, and the second says what it lacks.
        await TestServer.EventuallyAsync(
            async () =>
            {
                try
                {
                    await second.StepAsync(CancellationToken.None);
                    return null;
                }
                catch (LedgerException e)
                {
                    return e.Message;
                }
            },
            "the lease ended"
        );
        Acts.Copy(open.LedgerFolder, place);
        await second.StepAsync(CancellationToken.None);

        Assert.True(second.IsHolder);
        Assert.Equal(3, (await Acts.HeadAsync(open)).Size);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_its_signing_key_or_with_another_no_ledger_goes_on()
    {
        await using var open = await OpenKernel.CreateAsync();
        await open.ActAsync("one");
        await SignAllAsync(open);
        var key = Path.Combine(open.DataFolder, "keys", "ledger.key");
        var aside = key + ".aside";
        File.Move(key, aside);

        var missing = await Assert.ThrowsAsync<LedgerException>(() => SignAllAsync(open));
        Assert.Contains("is not there", missing.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(key));
        SigningKey.OpenOrCreate(key, open.Kernel.LedgerSpot.Origin, SignatureType.Ed25519).Dispose();
        var other = await Assert.ThrowsAsync<LedgerException>(() => SignAllAsync(open));
        Assert.Contains("another key", other.Message, StringComparison.Ordinal);

        File.Move(aside, key, overwrite: true);
        await SignAllAsync(open);
    }

    [Fact(Timeout = 60_000)]
    public async Task Rows_of_an_earlier_version_are_taken_in_from_the_first_on()
    {
        await using var open = await OpenKernel.CreateAsync();
        for (var i = 0; i < 20; i++)
        {
            await open.ActAsync($"thing \"{i}\"");
        }
        await using (var connection = await open.ConnectAsync())
        {
            await connection.ExecuteAsync(
                """
                drop table ledger_leaf; drop table ledger_salt; drop table ledger_head;
                delete from migration where module = 'kernel' and number = 2;
                delete from ledger_event where seq = 7
                """
            );
        }

        await open.OpenAsync();
        await SignAllAsync(open);

        var rows = await Acts.RowsAsync(open);
        Assert.Equal(19, rows.Count);
        Assert.Equal("thing \"0\"", rows[0].Subject);
        Assert.Equal((6, 8), (rows[6].Position, rows[6].Seq));
        await Acts.AssertWholeAsync(open);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_database_put_back_to_an_older_state_is_told_and_nothing_is_added()
    {
        await using var open = await OpenKernel.CreateAsync();
        await open.ActAsync("one");
        await open.ActAsync("two");
        await SignAllAsync(open);
        await open.ExecuteAsync(
            "delete from ledger_leaf where position = 1; update ledger_head set size = 0, note = null"
        );

        var told = await Assert.ThrowsAsync<LedgerException>(() => SignAllAsync(open));

        Assert.Equal(LedgerProblem.RolledBack, told.Problem);
        Assert.Equal(2, (await Acts.FolderAsync(open)).ReadCheckpoint().Size);
    }

    private static async Task EndAfterAsync(OpenKernel open, Step step)
    {
        using var sequencer = open.Kernel.NewSequencer();
        await sequencer.StepAsync(CancellationToken.None);
        if (step == Step.Stored)
        {
            return;
        }
        await open.ActAsync("in between");
        if (step == Step.Taken)
        {
            return;
        }
        var rows = await sequencer.AssignAsync(CancellationToken.None);
        Assert.Single(rows);
        if (step == Step.Appended)
        {
            await sequencer.AppendAsync(rows);
        }
    }

    private static async Task SignAllAsync(OpenKernel open)
    {
        using var sequencer = open.Kernel.NewSequencer();
        await sequencer.StepAsync(CancellationToken.None);
        await sequencer.EndAsync(CancellationToken.None);
    }
}
