using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Entries;
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
    private const int RowsOpenedAtOnce = 500;

    /// <summary>Suppressions and exceptions come in pages of so many.</summary>
    private const int MaxSmallRows = 100_000;

    /// <summary>Looks once; applies what is new.</summary>
    public async Task FollowAsync(TenantIndex tenant, CancellationToken stopping)
    {
        var actor = Actor.Machine(tenant.Tenant, "list index", Permission.ListRead);
        var isFirst = tenant.ListsSeen < 0;
        var started = time.GetTimestamp();
        var (secrets, change, isSamePast) = await db.ReadAsync(
            actor,
            Permission.ListRead,
            tx => HeadAsync(tx, tenant),
            stopping
        );
        if (!isSamePast)
        {
            LogOtherPast(log);
            tenant.Reset();
            return;
        }
        if (change is null)
        {
            tenant.Looked(isAbreast: true);
            return;
        }
        await EntriesAsync(actor, tenant, secrets, change, stopping);
        tenant.Apply(secrets, change);
        // Under changes that never pause it is loaded too, from the second round on.
        tenant.Looked(isAbreast: !isFirst);
        if (change.Unreadable > 0)
        {
            await AlarmAsync(actor, change.Unreadable, stopping);
        }
        if (isFirst)
        {
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            LogLoaded(log, tenant.Current!.Entries, change.Lists.Count, change.Read, seconds);
        }
    }

    private static async Task<(TenantSecrets Secrets, IndexChange? Change, bool IsSamePast)> HeadAsync(
        Tx tx,
        TenantIndex tenant
    )
    {
        var (listsSeen, decidingSeen) = (tenant.ListsSeen, tenant.DecidingSeen);
        var clock = await tx.FindAsync<long?>("select generation from scan_clock where tenant = @tenant");
        if (clock is null && listsSeen > 0)
        {
            // An answer of "none" out of lists that are merely not there would be a wrong one.
            throw new DatabaseUnavailableException(
                "The database has no lists of this tenant any more: it was emptied or exchanged. Put it back; if it "
                    + "is meant to be empty, restart the server."
            );
        }
        var lists = clock ?? 0;
        var deciding =
            await tx.FindAsync<long?>("select generation from deciding_clock where tenant = @tenant") ?? 0;
        if (
            lists < Math.Max(listsSeen, tenant.EntriesSeen)
            || deciding < decidingSeen
            || (tenant.Mark is { } mark && !await IndexMarks.IsKnownAsync(tx, mark, tenant.EntriesSeen))
        )
        {
            return (tx.Secrets, null, false);
        }
        if (lists == listsSeen && deciding == decidingSeen)
        {
            return (tx.Secrets, null, true);
        }
        var change = new IndexChange
        {
            Generation = lists,
            DecidingGeneration = deciding,
            Size =
                tenant.EntriesSeen < 0
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
        return (tx.Secrets, change, true);
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

    /// <summary>Page by page; while one is opened on all cores the next is read.</summary>
    private async Task EntriesAsync(
        Actor actor,
        TenantIndex tenant,
        TenantSecrets secrets,
        IndexChange change,
        CancellationToken stopping
    )
    {
        var isWhole = tenant.EntriesSeen < 0;
        // Behind every entry of the generation that is there.
        var from = isWhole
            ? new Place(-1, Guid.Empty, Guid.Empty)
            : new Place(tenant.EntriesSeen, Guid.AllBitsSet, Guid.AllBitsSet);
        var known = change.Lists.Select(list => list.Id).ToHashSet();
        known.UnionWith(tenant.Current?.Lists.Keys ?? []);
        var opening = Task.CompletedTask;
        var (began, told) = (time.GetTimestamp(), TimeSpan.Zero);
        for (var hasMore = change.Generation != tenant.EntriesSeen; hasMore; )
        {
            var start = from;
            var page = await db.ReadAsync(
                actor,
                Permission.ListRead,
                tx => PageAsync(tx, start, change.Generation, isWhole),
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
            if (isWhole && passed - told >= ProgressEvery)
            {
                told = passed;
                var rate = change.Read / passed.TotalSeconds;
                LogLoading(log, change.Read, change.Size, rate, (change.Size - change.Read) / rate);
            }
            opening = Task.Run(() => Open(secrets, page, change, known, isWhole), stopping);
        }
        await opening;
    }

    private readonly record struct Place(long Generation, Guid ListId, Guid EntryId);

    private static Task<IReadOnlyList<EntryRow>> PageAsync(Tx tx, Place after, long to, bool isWhole)
    {
        // At the start only what holds, in the order of the key; later what changed, in the order of change.
        var range = isWhole
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

    /// <summary>Opens a page on all cores and gives it to the change.</summary>
    private static void Open(
        TenantSecrets secrets,
        IReadOnlyList<EntryRow> page,
        IndexChange change,
        HashSet<Guid> known,
        bool isWhole
    )
    {
        if (page.Count == 0)
        {
            return;
        }
        var values = new SignalValue?[page.Count];
        Parallel.ForEach(
            Partitioner.Create(0, page.Count, RowsOpenedAtOnce),
            range => OpenMany(secrets, page, range.Item1, range.Item2, values)
        );
        for (var i = 0; i < values.Length; i++)
        {
            var row = page[i];
            change.Read++;
            if (!isWhole)
            {
                change.Touched.Add((row.ListId, row.EntryId));
            }
            if (!row.IsActive)
            {
                continue;
            }
            if (values[i] is { } value && known.Contains(row.ListId) && TryRead(row, value, out var read))
            {
                change.Add(new EntryKey(row.ListId, row.EntryId), read);
            }
            else
            {
                change.Unreadable++;
            }
        }
    }

    /// <summary>All at once; where one does not open, one by one.</summary>
    private static void OpenMany(
        TenantSecrets secrets,
        IReadOnlyList<EntryRow> page,
        int from,
        int to,
        SignalValue?[] values
    )
    {
        var active = Enumerable.Range(from, to - from).Where(i => page[i].IsActive).ToList();
        try
        {
            var opened = ListSecrets.OpenMany(
                secrets,
                active.ConvertAll(i => (page[i].SignalId, page[i].Sealed))
            );
            for (var i = 0; i < active.Count; i++)
            {
                values[active[i]] = opened[i];
            }
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            active.ForEach(i => values[i] = TryOpen(secrets, page[i]));
        }
    }

    private static SignalValue? TryOpen(TenantSecrets secrets, EntryRow row)
    {
        try
        {
            return ListSecrets.Open(secrets, row.SignalId, row.Sealed);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return null;
        }
    }

    private static bool IsUnreadable(Exception e) => e is Files.SealBrokenException or FormatException;

    /// <summary>False: of a kind that this program does not know, or without what its kind has.</summary>
    private static bool TryRead(EntryRow row, SignalValue value, out EntryValue read)
    {
        read = row.Kind switch
        {
            nameof(SignalKind.File) => new EntryValue
            {
                Md5 = value.Md5,
                Sha1 = value.Sha1,
                Sha256 = value.Sha256,
                Pdq = value.Pdq is { } pdq ? PdqHash.FromBytes(pdq) : null,
                Quality = value.PdqQuality is { } quality ? new Quality(quality) : null,
            },
            nameof(SignalKind.Url) => new EntryValue { Url = value.Digest },
            nameof(SignalKind.Domain) => new EntryValue { Domain = value.Digest },
            _ => default,
        };
        return row.Kind == nameof(SignalKind.File) || !read.Url.IsEmpty || !read.Domain.IsEmpty;
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
        public bool IsActive => State == "Active";
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
        "Lists loaded: {Entries} entries of {Lists} lists, {Read} of them read from the database, in {Seconds:0.0} s"
    )]
    private static partial void LogLoaded(ILogger log, long entries, int lists, long read, double seconds);

    [LoggerMessage(
        303,
        LogLevel.Information,
        "Lists are being loaded: {Entries} of {Size} entries, {Rate:0} a second, {Seconds:0} s to go"
    )]
    private static partial void LogLoading(ILogger log, long entries, long size, double rate, double seconds);

    [LoggerMessage(
        304,
        LogLevel.Warning,
        "The database is not the one whose lists are loaded, or was put back to an older state: they are loaded anew"
    )]
    private static partial void LogOtherPast(ILogger log);

    [LoggerMessage(302, LogLevel.Error, "{Count} entries of lists do not open and are not searched")]
    private static partial void LogUnreadable(ILogger log, int count);
}
