using Dapper;
using Vigil.Evidence;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Signing;

/// <summary>Rows that somebody changed past the service: each is found and named.</summary>
public sealed class RowTamperTests : IAsyncDisposable
{
    private const int Rows = 40;

    private static readonly int Tampers = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG")
        is { Length: > 0 }
        ? 10_000
        : 400;

    private OpenKernel _open = null!;

    public ValueTask DisposeAsync() => _open.DisposeAsync();

    [Theory(Timeout = 60_000)]
    [InlineData(
        "update ledger_event set canonical = (select canonical from ledger_event where seq = 3) where seq = 12",
        11
    )]
    [InlineData("update ledger_event set actor = 'person:other' where seq = 12", 11)]
    [InlineData("update ledger_event set at = at + 1 where seq = 12", 11)]
    [InlineData("update ledger_event set action = 'test.other' where seq = 12", 11)]
    [InlineData("update ledger_event set tenant = 'other' where seq = 12", 11)]
    [InlineData("delete from ledger_event where seq = 12", 11)]
    [InlineData("delete from ledger_event where seq = 12; delete from ledger_leaf where seq = 12", 11)]
    [InlineData("delete from ledger_event where seq = 40; delete from ledger_leaf where seq = 40", 39)]
    [InlineData("update ledger_leaf set subject = 'thing 3' where seq = 12", 11)]
    [InlineData(
        "update ledger_salt set salt = (select salt from ledger_salt where subject = 'thing 3') where subject = 'thing 11'",
        11
    )]
    [InlineData("delete from ledger_salt where subject = 'thing 11'", 11)]
    [InlineData(
        "update ledger_leaf set position = 99 where seq = 12; update ledger_leaf set position = 11 where seq = 13; "
            + "update ledger_leaf set position = 12 where seq = 12",
        11
    )]
    [InlineData(
        "insert into ledger_event (tenant, at, actor, action, canonical) select tenant, at, actor, action, canonical "
            + "from ledger_event where seq = 12",
        null
    )]
    public async Task A_changed_removed_moved_or_inserted_row_is_named_and_stops_the_signing(
        string sql,
        int? entry
    )
    {
        await FillAsync();
        await Acts.AssertWholeAsync(_open);

        await _open.ExecuteAsync(sql);

        var findings = (await Acts.AuditAsync(_open)).Findings;
        Assert.Equal(entry, findings[0].Position);
        Assert.Contains(
            entry is null ? "inserted" : $"entry {entry}",
            findings[0].ToString(),
            StringComparison.Ordinal
        );
        using var sequencer = _open.Kernel.NewSequencer();
        var stopped = await Assert.ThrowsAsync<LedgerException>(() =>
            sequencer.StepAsync(CancellationToken.None)
        );
        // A place that is gone at the end is what an older database looks like.
        Assert.Contains(
            entry == Rows - 1 ? "put back to an older state" : $"{findings[0]}",
            stopped.Message,
            StringComparison.Ordinal
        );
        Assert.False(sequencer.IsHolder);
    }

    [Fact(Timeout = 3_600_000)]
    public async Task Of_random_changes_of_one_byte_each_is_found()
    {
        await FillAsync();
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}, {Tampers} changes");
        var random = new Random(seed);
        var folder = await Acts.FolderAsync(_open);
        var checkpoint = folder.ReadCheckpoint();
        using var audit = new LedgerAudit(_open.Database);
        await using var connection = await _open.ConnectAsync();
        for (var i = 0; i < Tampers; i++)
        {
            var seq = random.Next(1, Rows + 1);
            var was = await connection.QuerySingleAsync<byte[]>(
                "select canonical from ledger_event where seq = @seq",
                new { seq }
            );
            byte[] altered = [.. was];
            altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
            await PutAsync(altered);

            var found = Assert.Single((await audit.RunAsync(folder, checkpoint)).Findings);

            Assert.Equal(seq - 1, found.Position);
            await PutAsync(was);

            Task<int> PutAsync(byte[] canonical) =>
                connection.ExecuteAsync(
                    "update ledger_event set canonical = @canonical where seq = @seq",
                    new { canonical, seq }
                );
        }
        Assert.Empty((await audit.RunAsync(folder, checkpoint)).Findings);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_put_back_to_an_older_state_is_told_by_the_database()
    {
        await FillAsync();
        var copy = _open.LedgerFolder + "-older";
        Acts.Copy(_open.LedgerFolder, copy);
        await _open.ActAsync("later");
        await SignAsync();
        Directory.Delete(_open.LedgerFolder, recursive: true);
        Directory.Move(copy, _open.LedgerFolder);

        var findings = (await Acts.AuditAsync(_open)).Findings;

        Assert.Contains("older state", Assert.Single(findings).Text, StringComparison.Ordinal);
        var stopped = await Assert.ThrowsAsync<LedgerException>(SignAsync);
        Assert.Equal(LedgerProblem.RolledBack, stopped.Problem);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_destroyed_salt_unlinks_the_leaves_of_its_subject_and_no_others()
    {
        await FillAsync();
        await _open.ActAsync("thing 11");
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => DestroyAsync("thing 11"));
        await SignAsync();
        var before = await Acts.RowsAsync(_open);
        var old = before.Single(row => row.Seq == 12);

        Assert.Equal(2, await DestroyAsync("thing 11"));

        // Also while the act that says so waits for its signature.
        Assert.Equal((0, 2), await CountsAsync());
        await SignAsync();
        await _open.ActAsync("thing 11");
        await SignAsync();
        Assert.Equal((0, 2), await CountsAsync());
        var rows = await Acts.RowsAsync(_open);
        Assert.Equal(Rows + 3, rows.Count);
        Assert.Null(rows.Single(row => row.Seq == 12).Salt);
        Assert.NotEqual(old.Salt, rows[^1].Salt);
        var entry = (await Acts.FolderAsync(_open)).ReadEntry(
            (await Acts.FolderAsync(_open)).ReadCheckpoint(),
            11
        );
        Assert.Equal(old.Leaf(), entry.ToArray());
        Assert.NotEqual(entry.ToArray(), KeyedLeaf.Of(rows[^1].Salt, old.Canonical));
        var refused = await Assert.ThrowsAsync<LedgerProofException>(() =>
            _open.Kernel.Db.ReadAsync(
                Acts.Actor,
                Permission.LedgerRead,
                tx => _open.Kernel.SignedLedger.ProveAsync(tx, 12)
            )
        );
        Assert.Equal("unlinkable", refused.Code);
    }

    private Task<long> DestroyAsync(string subject) =>
        LedgerSalts.DestroyAsync(_open.Kernel.Db, TenantId.Default, subject, "A test.");

    private async Task<(int, long)> CountsAsync()
    {
        var report = await Acts.AuditAsync(_open);
        return (report.Findings.Count, report.Unlinkable);
    }

    private async Task FillAsync()
    {
        _open = await OpenKernel.CreateAsync();
        await _open.Kernel.Db.ActAsync(
            Acts.Actor,
            Permission.SettingsWrite,
            async tx =>
            {
                for (var i = 0; i < Rows; i++)
                {
                    await Acts.RecordAsync(tx, $"thing {i}");
                }
                return true;
            }
        );
        await SignAsync();
    }

    private async Task SignAsync()
    {
        using var sequencer = _open.Kernel.NewSequencer();
        await sequencer.StepAsync(CancellationToken.None);
        await sequencer.EndAsync(CancellationToken.None);
    }
}
