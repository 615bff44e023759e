using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Features.Scan.Policies;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Deciding;

/// <summary>A decision without its why.</summary>
internal sealed class DecisionRow
{
    public Guid Id { get; init; }
    public DateTimeOffset At { get; init; }
    public Surface Surface { get; init; }
    public string Jurisdiction { get; init; } = "";
    public Outcome Outcome { get; init; }
    public Outcome WithShadows { get; init; }
    public bool IsShadow { get; init; }
    public string? CaseRef { get; init; }
    public DecisionState State { get; init; }

    /// <summary>The reader is still to judge in its case alone (<see cref="ToldDecisions"/>).</summary>
    public bool IsStateHidden { get; set; }
    public long PolicyVersion { get; init; }
    public long ListGeneration { get; init; }
    public bool IsTest { get; init; }
}

/// <summary>A decision with its why.</summary>
internal sealed record ExplainedDecision(
    DecisionRow Decision,
    WhyRecord Why,
    IReadOnlyDictionary<Guid, string> Lists
)
{
    /// <summary>Null: they were not asked for.</summary>
    public MatchRecords? Records { get; init; }
    public ListSources? Sources { get; init; }

    /// <summary>Cases in which equal files were seen, and that the reader may be told of.</summary>
    public IReadOnlySet<string> NamedCases { get; init; } = new HashSet<string>();

    public string ListName(Guid id) => Lists.GetValueOrDefault(id, "a list that is gone");

    public string? SourceOf(MatchFact fact) => Sources?.ByList.GetValueOrDefault(fact.ListId);

    public MatchRecord? RecordOf(MatchFact fact) => Records?.ByMatch.GetValueOrDefault(KindOf(fact));

    /// <summary>With where its lists come from, and what persons here decided of such matches.</summary>
    public async Task<ExplainedDecision> WithRecordsAsync(Tx tx)
    {
        var facts = Why.Findings.Select(finding => finding.Fact).ToList();
        return this with
        {
            // What was decided of its like may be what was decided of it.
            Records =
                tx.IsAnswered<MatchRecordsWanted>() && !Decision.IsStateHidden
                    ? await tx.AskAsync<MatchRecordsWanted, MatchRecords>(
                        new MatchRecordsWanted([.. facts.Select(KindOf)])
                    )
                    : null,
            Sources = tx.IsAnswered<ListSourcesWanted>()
                ? await tx.AskAsync<ListSourcesWanted, ListSources>(
                    new ListSourcesWanted([.. facts.Select(fact => fact.ListId).Distinct()])
                )
                : null,
        };
    }

    private static MatchKind KindOf(MatchFact fact) =>
        new(fact.ListId, fact.EntryId, PolicyText.Word(fact.Strength), fact.DistanceBits);
}

/// <summary>Which decisions, the latest first.</summary>
internal sealed record DecisionFilter
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;

    public int Limit { get; init; } = DefaultLimit;
    public Outcome? Outcome { get; init; }
    public bool ShadowOnly { get; init; }
    public Surface? Surface { get; init; }
    public DecisionState? State { get; init; }
    public string? CaseRef { get; init; }
    public Guid? Entry { get; init; }
    public DateTimeOffset BeforeAt { get; init; } = DateTimeOffset.MaxValue;
    public Guid BeforeId { get; init; }

    /// <summary>limit, decision (review, block, shadow), surface, state, case, entry, before.</summary>
    /// <exception cref="ProblemException">One of them is not of its kind.</exception>
    public static DecisionFilter Of(IQueryCollection query)
    {
        var decision = Text("decision");
        var surface = Text("surface");
        var state = Text("state");
        var before = Text("before")?.Split('_') ?? [];
        long at = 0;
        var beforeId = Guid.Empty;
        if (before.Length > 0)
        {
            var isPlace =
                before.Length == 2
                && long.TryParse(before[0], NumberStyles.None, CultureInfo.InvariantCulture, out at)
                && at < 253402300800000
                && Guid.TryParse(before[1], out beforeId);
            Check(isPlace, "before", "Take it from \"next\" of the page before.");
        }
        return new DecisionFilter
        {
            Limit = LimitOf(Text("limit")),
            ShadowOnly = decision == "shadow",
            Outcome = decision switch
            {
                null or "shadow" => null,
                "review" => Deciding.Outcome.Review,
                "block" => Deciding.Outcome.Block,
                _ => throw Bad("decision", "There are: review, block, shadow."),
            },
            Surface =
                surface is null ? null
                : Surfaces.TryParse(surface, out var known) ? known
                : throw Bad("surface", $"There are: {string.Join(", ", Surfaces.Names)}."),
            State =
                state is null ? null
                : Enum.GetValues<DecisionState>().Where(s => PolicyText.Word(s) == state).ToList()
                    is [var found]
                    ? found
                : throw Bad("state", "There are: active, reversed, reopened."),
            CaseRef =
                Text("case") is not { } reference ? null
                : Trust.CaseRef.IsWellFormed(reference) ? reference
                : throw Bad("case", "It looks like VC-7K3Q-M2ZD-9F."),
            Entry =
                Text("entry") is not { } entry ? null
                : Guid.TryParse(entry, out var id) ? id
                : throw Bad("entry", "It is the id of an entry."),
            BeforeAt =
                before.Length > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.MaxValue,
            BeforeId = beforeId,
        };

        string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
    }

    public static string NextOf(DecisionRow last) => $"{last.At.ToUnixTimeMilliseconds()}_{last.Id}";

    private static int LimitOf(string? text)
    {
        if (text is null)
        {
            return DefaultLimit;
        }
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit);
        Check(isNumber && limit is > 0 and <= MaxLimit, "limit", $"It is 1 to {MaxLimit}.");
        return limit;
    }

    private static void Check(bool holds, string name, string advice)
    {
        if (!holds)
        {
            throw Bad(name, advice);
        }
    }

    private static ProblemException Bad(string name, string advice) =>
        ProblemException.BadRequest("bad_filter", $"\"{name}\" is not understood. {advice}");
}

/// <summary>Reads decisions.</summary>
internal static class DecisionQueries
{
    private const string Columns =
        "d.id, d.at, d.surface, d.jurisdiction, d.outcome, d.with_shadows, d.is_shadow, d.case_ref, d.state, "
        + "d.policy_version, d.list_generation, d.is_test";

    /// <summary>Fences are of who reads cases; others are told that a case is there, and open none.</summary>
    private static string SeenBy(Tx tx) =>
        tx.Actor.May(Permission.CaseRead) ? tx.SeesCase("d.case_ref") : "1 = 1";

    /// <summary>Inside the reader's fences; what they are not to be told is hidden.</summary>
    public static async Task<IReadOnlyList<DecisionRow>> ListAsync(Tx tx, DecisionFilter filter)
    {
        var where = new List<string>
        {
            "d.tenant = @tenant",
            "(d.at, d.id) < (@beforeAt, @beforeId)",
            SeenBy(tx),
        };
        AddIf(filter.Outcome is not null, "d.outcome = @outcome");
        AddIf(filter.ShadowOnly, "d.with_shadows <> d.outcome");
        AddIf(filter.Surface is not null, "d.surface = @surface");
        AddIf(filter.State is not null, "d.state = @state");
        AddIf(filter.CaseRef is not null, "d.case_ref = @caseRef");
        AddIf(
            filter.Entry is not null,
            "d.id in (select decision_id from decision_entry where tenant = @tenant and entry_id = @entry)"
        );
        var rows = await tx.QueryAsync<DecisionRow>(
            $"""
            select {Columns} from decision d where {string.Join(" and ", where)}
            order by d.at desc, d.id desc limit @limit
            """,
            new
            {
                beforeAt = filter.BeforeAt,
                beforeId = filter.BeforeId,
                outcome = filter.Outcome?.ToString(),
                surface = filter.Surface?.ToString(),
                state = filter.State?.ToString(),
                caseRef = filter.CaseRef,
                entry = filter.Entry ?? Guid.Empty,
                limit = filter.Limit,
            }
        );
        var told = await ToldDecisions.OfAsync(tx, rows, filter.State is not null);
        if (told.Count == filter.Limit || rows.Count < filter.Limit)
        {
            return told;
        }
        var rest = filter with
        {
            BeforeAt = rows[^1].At,
            BeforeId = rows[^1].Id,
            Limit = filter.Limit - told.Count,
        };
        return [.. told, .. await ListAsync(tx, rest)];

        void AddIf(bool holds, string condition)
        {
            if (holds)
            {
                where.Add(condition);
            }
        }
    }

    /// <exception cref="ProblemException">A miss, or never seen.</exception>
    public static async Task<ExplainedDecision> GetAsync(Tx tx, Guid id)
    {
        var row =
            await tx.FindAsync<DecisionRow>(
                $"""
                select {Columns} from decision d
                where d.tenant = @tenant and d.id = @id and {SeenBy(tx)}
                """,
                new { id }
            )
            ?? throw ProblemException.NotFound(
                "There is no such decision. Where nothing was found, nothing is kept."
            );
        var why = await tx.FindAsync<byte[]>(
            "select why from decision where tenant = @tenant and id = @id",
            new { id }
        );
        await ToldDecisions.OfAsync(tx, [row], isByState: false);
        var record = WhyRecord.Open(tx.Secrets, id, why!);
        return new ExplainedDecision(row, record, await ListNames.ReadAsync(tx))
        {
            NamedCases = await ToldDecisions.NamedAsync(tx, record.Findings),
        };
    }
}

/// <summary>Names of lists, removed ones too.</summary>
internal static class ListNames
{
    private const int MaxLists = 10_000;

    public static async Task<IReadOnlyDictionary<Guid, string>> ReadAsync(Tx tx) =>
        (
            await tx.QueryAsync<Row>(
                "select id, name from scan_list where tenant = @tenant limit @most",
                new { most = MaxLists }
            )
        ).ToDictionary(row => row.Id, row => row.Name);

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
    }
}
