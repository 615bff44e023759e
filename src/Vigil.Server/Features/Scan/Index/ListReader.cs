using Microsoft.Extensions.Logging;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Index;

/// <summary>
/// Reads what the lists' views show, from the generation last seen on. What fits one page is read in one
/// consistent view; more comes page by page, up to the generation that the first page saw.
/// </summary>
internal sealed partial class ListReader(Db db, TimeProvider time, ILogger<ListReader> log)
{
    private const int PageRows = 10_000;

    /// <summary>Suppressions and exceptions come in pages of so many.</summary>
    private const int MaxSmallRows = 100_000;

    /// <summary>Looks once; applies what is new.</summary>
    public async Task FollowAsync(TenantIndex tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant.Tenant, "list index", Permission.ListRead);
        var isFirst = tenant.Current is null;
        var started = time.GetTimestamp();
        var (secrets, change) = await db.ReadAsync(
            actor,
            Permission.ListRead,
            tx => HeadAsync(tx, tenant),
            stopping
        );
        if (change is null)
        {
            tenant.Looked(isAbreast: true);
            return;
        }
        var unreadable = await EntriesAsync(actor, tenant, secrets, change, stopping);
        tenant.Apply(secrets, change);
        // Under changes that never pause it is loaded too, from the second round on.
        tenant.Looked(isAbreast: !isFirst);
        if (unreadable > 0)
        {
            await AlarmAsync(actor, unreadable, stopping);
        }
        if (isFirst)
        {
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            LogLoaded(log, change.Added.Count, change.Lists.Count, seconds);
        }
    }

    private static async Task<(TenantSecrets Secrets, IndexChange? Change)> HeadAsync(
        Tx tx,
        TenantIndex tenant
    )
    {
        var (listsSeen, decidingSeen) = (tenant.ListsSeen, tenant.DecidingSeen);
        var lists =
            await tx.FindAsync<long?>("select generation from scan_clock where tenant = @tenant") ?? 0;
        var deciding =
            await tx.FindAsync<long?>("select generation from deciding_clock where tenant = @tenant") ?? 0;
        if (lists == listsSeen && deciding == decidingSeen)
        {
            return (tx.Secrets, null);
        }
        var change = new IndexChange
        {
            Generation = lists,
            DecidingGeneration = deciding,
            Size = tenant.Current is null
                ? await tx.FindAsync<long>("select entries from scan_size where tenant = @tenant")
                : 0,
        };
        if (lists != listsSeen)
        {
            // All of them: they are few, and a list grows stale without a change of its own.
            var rows = await tx.QueryAsync<ListRow>(
                """
                select id, name, purpose, mode, radius, quality_floor, is_test, is_report_eligible, confidence,
                    stale_after_days, entries_changed_at, is_removed
                from scan_list where tenant = @tenant limit @most
                """,
                new { most = MaxSmallRows }
            );
            var known = tenant.Current?.Lists;
            change.Lists.AddRange(
                rows.Select(row => row.ToList()).Where(list => known?.GetValueOrDefault(list.Id) != list)
            );
            await SuppressionsAsync(tx, change, listsSeen);
        }
        if (deciding != decidingSeen)
        {
            change.Policy = await PolicyTable.ActiveAsync(tx);
            await ExceptionsAsync(tx, change, decidingSeen);
        }
        return (tx.Secrets, change);
    }

    private static async Task SuppressionsAsync(Tx tx, IndexChange change, long seen)
    {
        IReadOnlyList<Suppression> page;
        var (generation, id) = (seen, Guid.AllBitsSet);
        do
        {
            page = await tx.QueryAsync<Suppression>(
                """
                select id, sha256_blind, md5_sha1_blind, expires_at, sample_every, generation, is_removed
                from scan_suppression
                where tenant = @tenant and (generation, id) > (@generation, @id) and generation <= @to
                order by generation, id limit @most
                """,
                new
                {
                    generation,
                    id,
                    to = change.Generation,
                    most = MaxSmallRows,
                }
            );
            change.Suppressions.AddRange(page);
            if (page.Count > 0)
            {
                (generation, id) = (page[^1].Generation, page[^1].Id);
            }
        } while (page.Count == MaxSmallRows);
    }

    private static async Task ExceptionsAsync(Tx tx, IndexChange change, long seen)
    {
        IReadOnlyList<ExceptionRow> page;
        var last = new ExceptionRow
        {
            Generation = seen,
            ListId = Guid.AllBitsSet,
            EntryId = Guid.AllBitsSet,
        };
        do
        {
            page = await tx.QueryAsync<ExceptionRow>(
                """
                select generation, list_id, entry_id, sha256_blind from entry_exception
                where tenant = @tenant
                    and (generation, list_id, entry_id, sha256_blind) > (@generation, @list, @entry, @blind)
                    and generation <= @to
                order by generation, list_id, entry_id, sha256_blind limit @most
                """,
                new
                {
                    generation = last.Generation,
                    list = last.ListId,
                    entry = last.EntryId,
                    blind = last.Sha256Blind,
                    to = change.DecidingGeneration,
                    most = MaxSmallRows,
                }
            );
            change.Exceptions.AddRange(
                page.Select(row => (new EntryKey(row.ListId, row.EntryId), Blind.Of(row.Sha256Blind)))
            );
            last = page.Count > 0 ? page[^1] : last;
        } while (page.Count == MaxSmallRows);
    }

    /// <summary>A first load says where it is so often.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    /// <summary>Page by page; while one is opened on all cores the next is read. Gives how many did not open.</summary>
    private async Task<int> EntriesAsync(
        Actor actor,
        TenantIndex tenant,
        TenantSecrets secrets,
        IndexChange change,
        CancellationToken stopping
    )
    {
        var isFirst = tenant.Current is null;
        var from = new Place(tenant.ListsSeen, Guid.Empty, Guid.Empty);
        var known = change.Lists.Select(list => list.Id).ToHashSet();
        known.UnionWith(tenant.Current?.Lists.Keys ?? []);
        var unreadable = 0;
        var opening = Task.CompletedTask;
        var (began, told) = (time.GetTimestamp(), TimeSpan.Zero);
        for (var hasMore = change.Generation != tenant.ListsSeen; hasMore; )
        {
            var start = from;
            var page = await db.ReadAsync(
                actor,
                Permission.ListRead,
                tx => PageAsync(tx, start, change.Generation, isFirst),
                stopping
            );
            hasMore = page.Count == PageRows;
            if (page.Count > 0)
            {
                var last = page[^1];
                from = new Place(last.Generation, last.ListId, last.EntryId);
            }
            await opening;
            var passed = time.GetElapsedTime(began);
            if (isFirst && passed - told >= ProgressEvery)
            {
                told = passed;
                var rate = change.Added.Count / passed.TotalSeconds;
                LogLoading(
                    log,
                    change.Added.Count,
                    change.Size,
                    rate,
                    (change.Size - change.Added.Count) / rate
                );
            }
            opening = Task.Run(() => unreadable += Open(secrets, page, change, known, isFirst), stopping);
        }
        await opening;
        return unreadable;
    }

    private readonly record struct Place(long Generation, Guid ListId, Guid EntryId);

    private static Task<IReadOnlyList<EntryRow>> PageAsync(Tx tx, Place after, long to, bool isFirst)
    {
        // At the start only what holds, in the order of the key; later what changed, in the order of change.
        var range = isFirst
            ? """
                state = 'Active' and (list_id, entry_id) > (@list, @entry) and generation <= @to
                order by list_id, entry_id
                """
            : """
                (generation, list_id, entry_id) > (@generation, @list, @entry) and generation <= @to
                order by generation, list_id, entry_id
                """;
        return tx.QueryAsync<EntryRow>(
            $"""
            select list_id, entry_id, signal_id, kind, sealed, state, generation
            from scan_entry where tenant = @tenant and {range} limit @most
            """,
            new
            {
                generation = after.Generation,
                list = after.ListId,
                entry = after.EntryId,
                to,
                most = PageRows,
            }
        );
    }

    /// <summary>Opens a page on all cores and gives it to the builder; counts what does not open.</summary>
    private static int Open(
        TenantSecrets secrets,
        IReadOnlyList<EntryRow> page,
        IndexChange change,
        HashSet<Guid> known,
        bool isFirst
    )
    {
        var rows = new IndexRow?[page.Count];
        Parallel.For(0, page.Count, i => rows[i] = Open(secrets, page[i], known));
        var unreadable = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var isActive = rows[i] is { Value: not null };
            unreadable += rows[i] is null ? 1 : 0;
            if (!isFirst)
            {
                var key = new EntryKey(page[i].ListId, page[i].EntryId);
                change.Touched.Add((key, page[i].Generation, isActive));
            }
            if (isActive)
            {
                change.Added.Add(rows[i]!);
            }
        }
        return unreadable;
    }

    private static IndexRow? Open(TenantSecrets secrets, EntryRow row, HashSet<Guid> known)
    {
        if (!known.Contains(row.ListId) || !Enum.TryParse<SignalKind>(row.Kind, out var kind))
        {
            return null;
        }
        var key = new EntryKey(row.ListId, row.EntryId);
        try
        {
            var value = row.State == "Active" ? ListSecrets.Open(secrets, row.SignalId, row.Sealed) : null;
            return value is not null && kind != SignalKind.File && value.Digest is null
                ? null
                : new IndexRow(key, row.Generation, kind, value);
        }
        catch (Exception e) when (e is Files.SealBrokenException or FormatException)
        {
            return null;
        }
    }

    private Task<bool> AlarmAsync(Actor actor, int unreadable, CancellationToken stopping)
    {
        LogUnreadable(log, unreadable);
        return db.WriteAsync(
            actor,
            Permission.ListRead,
            async tx =>
            {
                await tx.RaiseAlarmAsync(
                    new Alarm(
                        "list_entries_unreadable",
                        AlarmSeverity.Urgent,
                        "Entries of lists do not open and are not searched: they were altered, or the keys are not "
                            + "those of this database. Restore both from one backup, or import the lists again."
                    )
                );
                return true;
            },
            stopping
        );
    }

    private sealed class EntryRow
    {
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
        public Guid SignalId { get; init; }
        public string Kind { get; init; } = "";
        public byte[] Sealed { get; init; } = [];
        public string State { get; init; } = "";
        public long Generation { get; init; }
    }

    private sealed class ExceptionRow
    {
        public long Generation { get; init; }
        public Guid ListId { get; init; }
        public Guid EntryId { get; init; }
        public byte[] Sha256Blind { get; init; } = [];
    }

    private sealed class ListRow
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Purpose { get; init; } = "";
        public string Mode { get; init; } = "";
        public long Radius { get; init; }
        public long QualityFloor { get; init; }
        public bool IsTest { get; init; }
        public bool IsReportEligible { get; init; }
        public string Confidence { get; init; } = "";
        public long? StaleAfterDays { get; init; }
        public DateTimeOffset EntriesChangedAt { get; init; }
        public bool IsRemoved { get; init; }

        public IndexedList ToList() =>
            new()
            {
                Id = Id,
                Info = new ListInfo
                {
                    Name = Name,
                    Purpose = PurposeOf(Purpose),
                    Radius = new Radius((int)Radius),
                    QualityFloor = new Quality((int)QualityFloor),
                    IsTest = IsTest,
                    Attestation = IsReportEligible ? "recorded" : null,
                },
                Mode = Enum.Parse<Mode>(Mode),
                Doubts = Confidence switch
                {
                    "verified" => Doubts.None,
                    "self_declared" => Doubts.SelfDeclared,
                    "disputed" => Doubts.Disputed,
                    _ => Doubts.SingleSource,
                },
                StaleAt = StaleAfterDays is > 0 and { } days ? EntriesChangedAt.AddDays(days) : null,
                IsRemoved = IsRemoved,
            };

        private static ListPurpose PurposeOf(string stored) =>
            ListPurposes.TryParse(stored, out var purpose, out var refusal)
                ? purpose
                : throw new FormatException(refusal);
    }

    [LoggerMessage(
        301,
        LogLevel.Information,
        "Lists loaded: {Entries} entries of {Lists} lists in {Seconds:0.0} s"
    )]
    private static partial void LogLoaded(ILogger log, int entries, int lists, double seconds);

    [LoggerMessage(
        303,
        LogLevel.Information,
        "Lists are being loaded: {Entries} of {Size} entries, {Rate:0} a second, {Seconds:0} s to go"
    )]
    private static partial void LogLoading(ILogger log, int entries, long size, double rate, double seconds);

    [LoggerMessage(302, LogLevel.Error, "{Count} entries of lists do not open and are not searched")]
    private static partial void LogUnreadable(ILogger log, int count);
}
