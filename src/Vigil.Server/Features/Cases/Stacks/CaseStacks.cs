using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Open items that one entry of a list found: the same file, or pictures near it.</summary>
/// <param name="Id">Of the entry; no value.</param>
/// <param name="AllExact">Equal fingerprints; whether one of them is seen, the policy for exact matches says.</param>
/// <param name="Representative">The one to look at first: the nearest, then the oldest.</param>
public sealed record StackRow(
    Guid Id,
    int Items,
    int Cases,
    bool AllExact,
    StackMember Representative,
    DateTimeOffset OldestAt
);

public sealed record StackMember(
    Guid ItemId,
    string CaseRef,
    string? Strength,
    int? DistanceBits,
    DateTimeOffset At
);

/// <param name="Members">The representative first.</param>
public sealed record StackView(StackRow Stack, IReadOnlyList<StackMember> Members);

public sealed record StacksAnswer(IReadOnlyList<StackRow> Stacks);

/// <summary>GET /v1/stacks: what belongs together is judged together, and of similar pictures one is seen.</summary>
internal static class CaseStacks
{
    /// <summary>Items that are looked through for stacks, the newest; stacks of one are none.</summary>
    private const int MostItems = 5000;

    /// <summary>Inside the reader's fences.</summary>
    private static string Select(Tx tx) =>
        $"""
            select i.id, i.entry_id, f.ref, i.strength, i.distance_bits, i.at
            from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where i.tenant = @tenant and i.state = 'Open' and f.gold_for is null and {tx.SeesCase("f.ref")}
            """;

    public static async Task<StacksAnswer> ListAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            {Select(tx)}
            and i.entry_id is not null
            order by i.at desc limit {MostItems}
            """
        );
        return new StacksAnswer([
            .. Group(rows)
                .Where(stack => stack.Stack.Items > 1)
                .Select(stack => stack.Stack)
                .Take(CaseLimits.PageRows),
        ]);
    }

    /// <exception cref="ProblemException">Nothing open rests on this entry.</exception>
    public static async Task<StackView> ReadAsync(Tx tx, Guid entry)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            {Select(tx)}
            and i.entry_id = @entry
            order by i.at limit {MostItems}
            """,
            new { entry }
        );
        return Group(rows).FirstOrDefault()
            ?? throw ProblemException.NotFound("No open item belongs to this stack.");
    }

    /// <summary>The stacks that the open items of a case belong to, by entry.</summary>
    public static async Task<IReadOnlyDictionary<Guid, StackRow>> OfCaseAsync(Tx tx, Guid caseId)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            {Select(tx)}
            and i.entry_id in (
                select o.entry_id from case_item o
                where o.tenant = @tenant and o.case_id = @caseId and o.entry_id is not null)
            order by i.at limit {MostItems}
            """,
            new { caseId }
        );
        return Group(rows).ToDictionary(stack => stack.Stack.Id, stack => stack.Stack);
    }

    private static IEnumerable<StackView> Group(IReadOnlyList<Row> rows) =>
        rows.GroupBy(row => row.EntryId)
            .Select(stack =>
            {
                var members = stack
                    .OrderBy(row => row.DistanceBits ?? 0)
                    .ThenBy(row => row.At)
                    .ThenBy(row => row.Id)
                    .Select(row => new StackMember(row.Id, row.Ref, row.Strength, row.DistanceBits, row.At))
                    .ToList();
                return new StackView(
                    new StackRow(
                        stack.Key,
                        members.Count,
                        members.Select(member => member.CaseRef).Distinct(StringComparer.Ordinal).Count(),
                        members.All(member => member.Strength is "known" or "exact"),
                        members[0],
                        members.Min(member => member.At)
                    ),
                    members
                );
            })
            .OrderByDescending(stack => stack.Stack.Items)
            .ThenBy(stack => stack.Stack.OldestAt);

    private sealed class Row
    {
        public Guid Id { get; init; }
        public Guid EntryId { get; init; }
        public string Ref { get; init; } = "";
        public string? Strength { get; init; }
        public int? DistanceBits { get; init; }
        public DateTimeOffset At { get; init; }
    }
}
