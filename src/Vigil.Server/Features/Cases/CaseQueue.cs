using System.Globalization;
using Microsoft.AspNetCore.Http;
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
);

/// <summary>What is wanted of the queue.</summary>
public sealed record QueueFilter
{
    public CaseState? State { get; init; }
    public CaseOrigin? Origin { get; init; }
    public string? Surface { get; init; }
    public bool? IsTest { get; init; }
    public int Limit { get; init; } = CaseLimits.PageRowsDefault;
    public string? After { get; init; }

    /// <exception cref="ProblemException">An unknown word.</exception>
    public static QueueFilter Of(IQueryCollection query) =>
        new()
        {
            State = Word<CaseState>(query, "state"),
            Origin = Word<CaseOrigin>(query, "origin"),
            Surface = query["surface"] is [{ Length: > 0 } surface] ? SubmitFlag.SurfaceOf(surface) : null,
            IsTest = query["test"].ToString() switch
            {
                "" => null,
                "true" => true,
                "false" => false,
                _ => throw ProblemException.BadRequest("bad_test", "'test' is true or false."),
            },
            Limit = LimitOf(query["limit"].ToString()),
            After = query["after"] is [{ Length: > 0 } after] ? after : null,
        };

    private static T? Word<T>(IQueryCollection query, string name)
        where T : struct, Enum => query[name] is [{ Length: > 0 } word] ? Words.Parse<T>(word, name) : null;

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
        var rows = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant
            {(filter.State is null ? "" : "and state = @state")}
            {(filter.Origin is null ? "" : "and origin = @origin")}
            {(filter.Surface is null ? "" : "and surface = @surface")}
            {(filter.IsTest is null ? "" : "and is_test = @isTest")}
            {(after is null ? "" : Cursor.Condition)}
            order by priority desc, opened_at, id limit @limit
            """,
            new
            {
                state = filter.State?.ToString(),
                origin = filter.Origin?.ToString(),
                surface = filter.Surface,
                isTest = filter.IsTest ?? false,
                priority = after?.Priority ?? 0,
                openedAt = after?.OpenedAt ?? default,
                id = after?.Id ?? default,
                limit = filter.Limit + 1,
            }
        );
        var page = rows.Take(filter.Limit).ToList();
        return new QueuePage(
            [.. page.Select(file => RowOf(file, tx.Now))],
            rows.Count > filter.Limit ? Cursor.Of(page[^1]) : null
        );
    }

    /// <summary>All cases of one account, newest first; the look-up itself is in the ledger, as a digest.</summary>
    public static async Task<QueuePage> FindByAccountAsync(Tx tx, string? account)
    {
        var name = CaseLimits.Required(account, CaseLimits.PseudonymCharacters, "account");
        await tx.RecordAsync(new LedgerAct("case.searched", "account") { Secret = name });
        var rows = await tx.QueryAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file where tenant = @tenant and account_digest = @digest
            order by opened_at desc, id limit @limit
            """,
            new { digest = Sealed.AccountDigest(tx, name), limit = CaseLimits.PageRows }
        );
        return new QueuePage([.. rows.Select(file => RowOf(file, tx.Now))], null);
    }

    private static QueueRow RowOf(CaseFile file, DateTimeOffset now) =>
        new(
            CaseStatus.Of(file),
            file.Surface,
            file.Jurisdiction,
            file.Priority,
            file.IsContradiction,
            Math.Round((now - file.OpenedAt).TotalHours, 1)
        );

    /// <summary>Where a page ended: holds no secret and survives new cases.</summary>
    private sealed record Cursor(int Priority, DateTimeOffset OpenedAt, Guid Id)
    {
        public const string Condition = """
            and (priority < @priority or (priority = @priority
              and (opened_at > @openedAt or (opened_at = @openedAt and id > @id))))
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
