using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Deciding;

/// <summary>Made-up fingerprints, lists written as the lists' feature writes them, and scans of them.</summary>
internal static class Made
{
    public static readonly Actor Scanner = Actor.Machine(TenantId.Default, "test", Permission.ScanSubmit);

    private static readonly Actor Steward = Actor.Machine(
        TenantId.Default,
        "test",
        Permission.ListRead,
        Permission.ListWrite,
        Permission.CaseDecide,
        Permission.DecisionRead
    );

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The seed is printed: VIGIL_TEST_SEED repeats a run.</summary>
    public static Random Luck()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("VIGIL_TEST_SEED"), out var given)
            ? given
            : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"VIGIL_TEST_SEED={seed}");
        return new Random(seed);
    }

    public static byte[] Sha256(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    public static SignalValue File(string name) => new() { Sha256 = Sha256(name) };

    public static ScanFacts Scan(string name) =>
        new()
        {
            Fingerprint = new Fingerprint { Sha256 = Digest.FromBytes(DigestAlgorithm.Sha256, Sha256(name)) },
        };

    public static ScanFacts Near(string name, int bits) =>
        new()
        {
            Fingerprint = new Fingerprint
            {
                Pictures = [new PdqResult(Flip(Pdq(name), bits), new Quality(100))],
            },
        };

    public static PdqHash Pdq(string name) => PdqHash.FromBytes(Sha256($"picture {name}"));

    public static PdqHash Flip(PdqHash hash, int bits)
    {
        var bytes = Bytes(hash);
        for (var i = 0; i < bits; i++)
        {
            bytes[i / 8] ^= (byte)(1 << (i % 8));
        }
        return PdqHash.FromBytes(bytes);
    }

    public static byte[] Bytes(PdqHash hash)
    {
        var bytes = new byte[PdqHash.ByteLength];
        hash.CopyTo(bytes);
        return bytes;
    }

    public static ScanSubject Subject(
        string? account = null,
        string? contentRef = null,
        Surface surface = Surface.PublicPost
    ) =>
        new()
        {
            ScanId = Guid.CreateVersion7(),
            Surface = surface,
            Jurisdiction = "DE",
            Account = account,
            ContentRef = contentRef,
        };

    public static T Get<T>(this TestServer server)
        where T : notnull => server.Server.Services.GetRequiredService<T>();

    public static Task<Decision> DecideAsync(
        this TestServer server,
        ScanFacts facts,
        ScanSubject? subject = null
    ) => server.Get<Decider>().DecideAsync(Scanner, subject ?? Subject(), facts, cancellation: Stop);

    public static async Task LoadedAsync(this TestServer server)
    {
        var health = server.Get<IndexHealth>();
        await TestServer.EventuallyAsync<object>(
            () => Task.FromResult<object?>(health.IsReady ? health : null),
            "lists are loaded"
        );
    }

    /// <summary>Runs in a transaction that may do what the steward may; records itself.</summary>
    public static Task<T> ActAsync<T>(this TestServer server, Func<Tx, Task<T>> work) =>
        server
            .Get<Db>()
            .ActAsync(
                Steward,
                Permission.CaseDecide,
                async tx =>
                {
                    await tx.RecordAsync(new LedgerAct("test.done", "test"));
                    return await work(tx);
                },
                Stop
            );

    public static async Task<Guid> ListAsync(
        this TestServer server,
        string name,
        string mode = "Enforce",
        bool isAttested = true,
        ListPurpose purpose = ListPurpose.KnownCsam,
        string confidence = "verified",
        int? staleAfterDays = null
    )
    {
        var id = Guid.CreateVersion7();
        await server.ChangeAsync(
            """
            insert into list (tenant, id, name, title, source, purpose, licence, onward_sharing, confidence,
                jurisdiction, attestation, mode, radius, quality_floor, is_test, generation, stale_after_days, entries_changed_at,
                created_at, created_by, changed_at, changed_by)
            values (@tenant, @id, @name, @name, 'made', @purpose, '', 'none', @confidence, '', @attestation, @mode,
                31, 50, @isTest, @generation, @staleAfterDays, 0, 0, 'test', 0, 'test')
            """,
            new Dictionary<string, object?>
            {
                ["id"] = id,
                ["name"] = name,
                ["mode"] = mode,
                ["purpose"] = ListPurposes.NameOf(purpose),
                ["confidence"] = confidence,
                ["attestation"] = isAttested ? "said in a test" : null,
                ["isTest"] = false,
                ["staleAfterDays"] = staleAfterDays,
            }
        );
        return id;
    }

    public static async Task<EntryKey> EntryAsync(
        this TestServer server,
        Guid list,
        SignalValue value,
        SignalKind kind = SignalKind.File
    ) => (await server.EntriesAsync(list, [value], kind))[0];

    /// <summary>All in one transaction, under one generation.</summary>
    public static Task<List<EntryKey>> EntriesAsync(
        this TestServer server,
        Guid list,
        IReadOnlyList<SignalValue> values,
        SignalKind kind = SignalKind.File
    ) =>
        server.ActAsync(async tx =>
        {
            var generation = await TickAsync(tx);
            var rows = values.Select(value => (value, Signal: tx.NewId(), Entry: tx.NewId())).ToList();
            await ManyRows.InsertAsync(
                tx,
                "signal",
                ["id", "kind", "blind", "sealed", "has_quality"],
                rows,
                row =>
                    [
                        row.Signal,
                        kind,
                        row.Signal.ToByteArray(),
                        ListSecrets.Seal(tx.Secrets, row.Signal, row.value),
                        row.value.PdqQuality is not null,
                    ]
            );
            await ManyRows.InsertAsync(
                tx,
                "list_entry",
                [
                    "list_id",
                    "id",
                    "signal_id",
                    "source_ref",
                    "category",
                    "state",
                    "state_at",
                    "state_by",
                    "added_at",
                    "added_by",
                    "generation",
                ],
                rows,
                row =>
                    [
                        list,
                        row.Entry,
                        row.Signal,
                        row.Entry.ToString(),
                        "",
                        "Active",
                        tx.Now,
                        "test",
                        tx.Now,
                        "test",
                        generation,
                    ]
            );
            return rows.ConvertAll(row => new EntryKey(list, row.Entry));
        });

    public static Task StateAsync(this TestServer server, EntryKey entry, string state) =>
        server.ChangeAsync(
            "update list_entry set state = @state, generation = @generation where tenant = @tenant and list_id = @list and id = @id",
            new Dictionary<string, object?>
            {
                ["list"] = entry.ListId,
                ["id"] = entry.EntryId,
                ["state"] = state,
            }
        );

    public static Task ModeAsync(this TestServer server, Guid list, string mode, int radius = 31) =>
        server.ChangeAsync(
            "update list set mode = @mode, radius = @radius, generation = @generation where tenant = @tenant and id = @id",
            new Dictionary<string, object?>
            {
                ["id"] = list,
                ["mode"] = mode,
                ["radius"] = radius,
            }
        );

    public static Task SuppressAsync(
        this TestServer server,
        string name,
        DateTimeOffset expires,
        int sampleEvery = 100
    ) =>
        server.ActAsync(async tx =>
        {
            await tx.ExecuteAsync(
                """
                insert into suppression (tenant, id, sha256_blind, reason, expires_at, sample_every, created_at,
                    created_by, generation)
                values (@tenant, @id, @blind, 'a test', @expires, @sampleEvery, 0, 'test', @generation)
                """,
                new
                {
                    id = tx.NewId(),
                    blind = ListSecrets.Sha256Blind(tx.Secrets, Sha256(name)),
                    expires,
                    sampleEvery,
                    generation = await TickAsync(tx),
                }
            );
            return true;
        });

    public static Task<T?> AskAsync<T>(this TestServer server, string sql, object? values = null) =>
        server
            .Get<Db>()
            .ReadAsync(Steward, Permission.DecisionRead, tx => tx.FindAsync<T>(sql, values), Stop);

    /// <summary>
    /// Until a scan would have this outcome; fails after a second, the time a change may take. A machine with more
    /// work than processors lets a test wait: of each round no more counts than a round may take.
    /// </summary>
    public static async Task<Decision> WithinASecondAsync(
        this TestServer server,
        ScanFacts facts,
        Outcome outcome
    )
    {
        var clock = TimeProvider.System;
        var waited = TimeSpan.Zero;
        for (
            var start = clock.GetTimestamp();
            Foretold(server, facts) != outcome;
            start = clock.GetTimestamp()
        )
        {
            Assert.True(waited.TotalSeconds < 1, $"Not {outcome} within a second.");
            await Task.Delay(10, Stop);
            var round = clock.GetElapsedTime(start);
            waited += round.TotalMilliseconds < 25 ? round : TimeSpan.FromMilliseconds(25);
        }
        var decision = await server.DecideAsync(facts);
        Assert.Equal(outcome, decision.Outcome);
        return decision;
    }

    /// <summary>What the state in memory says, without writing anything.</summary>
    private static Outcome Foretold(TestServer server, ScanFacts facts)
    {
        var (state, now) = (server.Get<ScanIndex>().Take(TenantId.Default), DateTimeOffset.UtcNow);
        var where = new Situation(Surface.PublicPost, "DE");
        return state.SuppressionOf(facts, now) is not null
            ? Outcome.None
            : PolicyRules.Decide(state.Policy.Document, where, state.Find(facts, now)).Outcome;
    }

    /// <summary>Cases, where no feature of this program answers for them.</summary>
    public static void AnswerCases(this TestServer server)
    {
        var reactions = server.Get<TrustKernel>().Reactions;
        if (!reactions.IsAnswered<CaseWanted>())
        {
            reactions.Answer<CaseWanted, CaseRef>((_, _) => Task.FromResult(CaseRef.New()));
        }
    }

    public static Task<bool> ChangeAsync(
        this TestServer server,
        string sql,
        Dictionary<string, object?> values
    ) =>
        server.ActAsync(async tx =>
        {
            values["generation"] = await TickAsync(tx);
            await tx.ExecuteManyAsync(
                sql,
                [values],
                (row, item) =>
                {
                    foreach (var (name, value) in item)
                    {
                        row.Set(name, value);
                    }
                }
            );
            return true;
        });

    private static Task<long> TickAsync(Tx tx) =>
        tx.FindAsync<long>(
            """
            insert into list_clock (tenant, generation) values (@tenant, 1)
            on conflict (tenant) do update set generation = list_clock.generation + 1 returning generation
            """
        );
}
