using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Cases.Grading;
using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A page of the queue: the most pressing first, among equals the oldest.</summary>
/// <param name="Cases">At most a page.</param>
/// <param name="Next">Give it as 'after' for the next page; null: this is the last.</param>
public sealed record QueuePage(IReadOnlyList<QueueRow> Cases, string? Next);

public sealed record QueueRow(
    CaseStatus Case,
    string Surface,
    string Jurisdiction,
    int Priority,
    bool IsContradiction,
    double AgeHours
)
{
    public string? ProblemType { get; init; }

    /// <summary>Whose it is; a pseudonym.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>Who works on it right now.</summary>
    public string? ClaimedBy { get; init; }
    public DateTimeOffset? HoldUntil { get; init; }

    /// <summary>A child may be in danger now.</summary>
    public bool IsDanger { get; init; }

    /// <summary>A decision can be undone until then.</summary>
    public DateTimeOffset? LeavesAt { get; init; }
}

/// <summary>What is wanted of the queue.</summary>
public sealed record QueueFilter
{
    public CaseState? State { get; init; }
    public CaseOrigin? Origin { get; init; }
    public string? Surface { get; init; }
    public bool? IsTest { get; init; }
    public ProblemType? ProblemType { get; init; }

    /// <summary>Of one of the queues.</summary>
    public string? Queue { get; init; }

    /// <summary>The actor's own: assigned to them, or claimed.</summary>
    public bool Mine { get; init; }
    public int? MinAgeHours { get; init; }

    /// <summary>Given to somebody who has done nothing about it for as long as the setting says.</summary>
    public bool Untouched { get; init; }
    public int Limit { get; init; } = CaseLimits.PageRowsDefault;
    public string? After { get; init; }

    /// <summary>Of a program: who reads.</summary>
    public string? Person { get; init; }

    /// <exception cref="ProblemException">An unknown word.</exception>
    public static QueueFilter Of(IQueryCollection query) =>
        new()
        {
            State = Word<CaseState>(query, "state"),
            Origin = Word<CaseOrigin>(query, "origin"),
            Surface = query["surface"] is [{ Length: > 0 } surface] ? Given.Surface(surface) : null,
            IsTest = query["test"].ToString() switch
            {
                "" => null,
                "true" => true,
                "false" => false,
                _ => throw ProblemException.BadRequest("bad_test", "'test' is true or false."),
            },
            ProblemType = Word<ProblemType>(query, "problemType"),
            Queue = query["queue"] is [{ Length: > 0 } queue] ? queue : null,
            Mine = query["mine"].ToString() is "true",
            Untouched = query["untouched"].ToString() is "true",
            MinAgeHours = query["minAgeHours"] is [{ Length: > 0 } hours] ? HoursOf(hours) : null,
            Limit = LimitOf(query["limit"].ToString()),
            After = query["after"] is [{ Length: > 0 } after] ? after : null,
            Person = query["person"] is [{ Length: > 0 } person] ? person : null,
        };

    private static T? Word<T>(IQueryCollection query, string name)
        where T : struct, Enum => query[name] is [{ Length: > 0 } word] ? Words.Parse<T>(word, name) : null;

    private static int HoursOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours <= 87_600
            ? hours
            : throw ProblemException.BadRequest("bad_min_age_hours", "'minAgeHours' is 0 to 87600.");

    private static int LimitOf(string text) =>
        text.Length == 0 ? CaseLimits.PageRowsDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
        && limit is >= 1 and <= CaseLimits.PageRows
            ? limit
        : throw ProblemException.BadRequest("bad_limit", $"'limit' is 1 to {CaseLimits.PageRows}.");
}

/// <summary>GET /v1/cases and the queue page.</summary>
internal static class CaseQueue
{
    public static async Task<QueuePage> ReadAsync(Tx tx, QueueFilter filter)
    {
        var after = Cursor.Parse(filter.After);
        var where = (await WhereAsync(tx, filter)).Value("limit", filter.Limit + 1);
        (await CaseQueues.FindAsync(tx, filter.Queue))?.On(where, tx.Now);
        if (after is not null)
        {
            where
                .Add(Cursor.Condition, "cursorPriority", after.Priority)
                .Value("cursorAt", after.OpenedAt)
                .Value("cursorId", after.Id);
        }
        var rows = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant{where.Sql}
            order by priority desc, opened_at, id limit @limit
            """,
            where.Values
        );
        var page = rows.Take(filter.Limit).ToList();
        var shown = await RowsOf(tx, page, filter.Person);
        if (filter.State is { } state)
        {
            // To whom it is not told how a case ended, the filter does not tell it either.
            shown = [.. shown.Where(row => row.Case.State == Words.NameOf(state))];
        }
        return new QueuePage(shown, rows.Count > filter.Limit ? Cursor.Of(page[^1]) : null);
    }

    private static async Task<CaseConditions> WhereAsync(Tx tx, QueueFilter filter)
    {
        var where = new CaseConditions().Seen(tx);
        AddIf(filter.State is not null, "state = @state", "state", filter.State?.ToString());
        AddIf(filter.Origin is not null, "origin = @origin", "origin", filter.Origin?.ToString());
        AddIf(filter.Surface is not null, "surface = @surface", "surface", filter.Surface);
        AddIf(filter.IsTest is not null, "is_test = @isTest", "isTest", filter.IsTest);
        AddIf(filter.ProblemType is not null, "problem_type = @type", "type", filter.ProblemType?.ToString());
        AddIf(filter.Mine, "assigned_to = @mine or claimed_by = @mine", "mine", tx.Actor.Name);
        AddIf(
            filter.MinAgeHours is not null,
            "opened_at <= @before",
            "before",
            tx.Now - TimeSpan.FromHours(filter.MinAgeHours ?? 0)
        );
        if (filter.Untouched)
        {
            var hours = await CaseSettings.NumberAsync(tx, CaseSettings.UntouchedHours);
            where
                .Add(WaitingKind.Untouched, "untouchedBefore", tx.Now - TimeSpan.FromHours(hours))
                .Value("now", tx.Now);
        }
        return where;

        void AddIf(bool holds, string condition, string name, object? value)
        {
            if (holds)
            {
                where.Add(condition, name, value);
            }
        }
    }

    /// <summary>
    /// All cases of one account, newest first, or those that fit; a look-up of an account is in the ledger, as a
    /// digest.
    /// </summary>
    public static async Task<QueuePage> SearchAsync(Tx tx, SearchRequest wanted)
    {
        var where = await WhereAsync(
            tx,
            new QueueFilter
            {
                State = string.IsNullOrEmpty(wanted.State)
                    ? null
                    : Words.Parse<CaseState>(wanted.State, "state"),
                ProblemType = string.IsNullOrEmpty(wanted.ProblemType)
                    ? null
                    : Words.Parse<ProblemType>(wanted.ProblemType, "problemType"),
                MinAgeHours = wanted.MinAgeHours,
            }
        );
        if (wanted.CaseRef is { Length: > 0 } reference)
        {
            where.Add("ref = @ref", "ref", reference.ToUpperInvariant());
        }
        else
        {
            var name = CaseLimits.Required(wanted.Account, CaseLimits.PseudonymCharacters, "account");
            where.Add("account_digest = @digest", "digest", Sealed.AccountDigest(tx, name));
        }
        await tx.RecordAsync(
            new LedgerAct("case.searched", wanted.CaseRef is null ? "account" : "case")
            {
                Secret = wanted.Account?.Trim(),
            }
        );
        var rows = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant{where.Sql}
            order by opened_at desc, id limit @limit
            """,
            where.Value("limit", CaseLimits.PageRows).Values
        );
        var shown = await RowsOf(tx, rows, wanted.Person);
        return new QueuePage(
            [.. shown.Where(row => string.IsNullOrEmpty(wanted.State) || row.Case.State == wanted.State)],
            null
        );
    }

    private static Task<IReadOnlyList<QueueRow>> RowsOf(Tx tx, IEnumerable<CaseFile> files, string? person) =>
        BlindViews.RowsAsync(
            tx,
            DecidingPerson.ReaderOf(tx, person),
            [.. files.Select(file => (file, RowOf(file, tx.Now)))]
        );

    private static QueueRow RowOf(CaseFile file, DateTimeOffset now) =>
        new(
            CaseStatus.Of(file),
            file.Surface,
            file.Jurisdiction,
            file.Priority,
            file.IsContradiction,
            Math.Round((now - file.OpenedAt).TotalHours, 1)
        )
        {
            ProblemType = file.ProblemType is { } type ? Words.NameOf(type) : null,
            AssignedTo = file.AssignedTo,
            ClaimedBy = CaseLease.IsLive(file, now) ? file.ClaimedBy : null,
            HoldUntil = file.HoldUntil > now ? file.HoldUntil : null,
            IsDanger = file.DangerAt is not null,
            LeavesAt = file.LeavesAt,
        };

    /// <summary>Where a page ended: holds no secret and survives new cases.</summary>
    private sealed record Cursor(int Priority, DateTimeOffset OpenedAt, Guid Id)
    {
        public const string Condition = """
            priority < @cursorPriority or (priority = @cursorPriority
              and (opened_at > @cursorAt or (opened_at = @cursorAt and id > @cursorId)))
            """;

        public static string Of(CaseFile last) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{last.Priority}.{last.OpenedAt.ToUnixTimeMilliseconds()}.{last.Id:n}"
            );

        public static Cursor? Parse(string? text)
        {
            if (text is null)
            {
                return null;
            }
            return
                text.Split('.') is [var priority, var at, var id]
                && int.TryParse(priority, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
                && second < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                && Guid.TryParseExact(id, "n", out var third)
                ? new Cursor(first, DateTimeOffset.FromUnixTimeMilliseconds(second), third)
                : throw ProblemException.BadRequest(
                    "bad_cursor",
                    "'after' is the 'next' of the page before, unchanged."
                );
        }
    }
}
