using System.Text.Json.Serialization;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>POST /v1/cases/{ref}/items/{item}/grade.</summary>
internal sealed record GradeRequest
{
    /// <summary>prepubescent, pubescent, unclear or adult.</summary>
    public string? Age { get; init; }

    /// <summary>none, posing, non_penetrative or penetrative.</summary>
    public string? Activity { get; init; }

    /// <summary>real, drawn or generated.</summary>
    public string? Depiction { get; init; }
    public bool FocusOnGenitals { get; init; }
    public bool Animal { get; init; }
    public bool Sadism { get; init; }
    public bool SelfGenerated { get; init; }
    public bool LiveStreamed { get; init; }
    public bool Infant { get; init; }

    /// <summary>At least one word of the closed enumeration.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>Sealed.</summary>
    public string? Text { get; init; }

    /// <summary>Ask for a second opinion at once.</summary>
    public bool SecondOpinion { get; init; }
    public long? Lease { get; init; }

    /// <summary>From a program: who graded, by your own system's pseudonym.</summary>
    public string? Person { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> ReasonWords => Reasons ?? [];

    public GradeFacts ToFacts()
    {
        if (ReasonWords.Count == 0)
        {
            throw ProblemException.BadRequest(
                "missing",
                "Say what the grade rests on: 'reasons' has at least one of: "
                    + $"{string.Join(", ", Words.All<GradeReason>())}."
            );
        }
        foreach (var reason in ReasonWords)
        {
            _ = Words.Parse<GradeReason>(reason, "reason");
        }
        return new GradeFacts
        {
            Age = Words.Parse<AgeBand>(Age, "age"),
            Activity = Words.Parse<SexualActivity>(Activity, "activity"),
            Depiction = Words.Parse<Depiction>(Depiction, "depiction"),
            FocusOnGenitals = FocusOnGenitals,
            Animal = Animal,
            Sadism = Sadism,
            SelfGenerated = SelfGenerated,
            LiveStreamed = LiveStreamed,
            Infant = Infant,
        }.Checked();
    }
}

/// <param name="Round">1 the first, 2 a second opinion, 3 between two that disagree.</param>
/// <param name="Codes">Derived now, never kept.</param>
/// <param name="AsksFor">An opinion that is wanted next; null: none.</param>
public sealed record GradeAnswer(int Round, IReadOnlyList<DerivedCode> Codes, int? AsksFor);

/// <summary>
/// A person grades an item in facts. A second opinion comes from somebody who has not seen the first; where the two
/// disagree a third decides.
/// </summary>
internal static class GradeItem
{
    public static async Task<GradeAnswer> RunAsync(Tx tx, string reference, Guid itemId, GradeRequest request)
    {
        var by = DecidingPerson.Of(tx, request.Person);
        var file = await CaseActs.RequireAsync(tx, reference, request.Lease);
        await RequireItemAsync(tx, file, itemId);
        var facts = request.ToFacts();
        var before = await Grade.OfAsync(tx, itemId);
        var round = await RoundAsync(tx, by, itemId, before);
        if (round > 1 && before.All(grade => grade.Round != round))
        {
            await TakeToJudge.CountAsync(tx, file, itemId);
        }
        await tx.ExecuteAsync(
            """
            update case_grade set is_current = @no
            where tenant = @tenant and item_id = @itemId and round = @round and is_current
            """,
            new
            {
                itemId,
                round,
                no = false,
            }
        );
        await Grade.InsertAsync(tx, by, itemId, round, request, facts);
        if (round > 1)
        {
            await Opinions.GiveAsync(tx, itemId, round);
        }
        // Of a sample too: its page must look as any other's. Nobody is offered it.
        var asksFor = await NextAsync(tx, itemId, round, request, facts);
        // Neither the timeline nor the ledger says what: who is to judge independently reads them too.
        await CaseTimeline.AddAsync(tx, file.Id, "graded", $"Round {round}.", by);
        await tx.RecordAsync(
            by.In(
                new LedgerAct("case.graded", file.Ref)
                {
                    Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["round"] = $"{round}" },
                }
            )
        );
        return new GradeAnswer(round, Taxonomies.Derive(facts), asksFor);
    }

    public static async Task RequireItemAsync(Tx tx, CaseFile file, Guid itemId)
    {
        if (await CaseItem.FindAsync(tx, file.Id, itemId) is null)
        {
            throw ProblemException.NotFound("There is no such item in this case.");
        }
    }

    private static async Task<int> RoundAsync(
        Tx tx,
        DecidingPerson by,
        Guid itemId,
        IReadOnlyList<Grade> before
    )
    {
        var own = await OwnAsync(new SamePerson(tx, by.Name), before);
        var last = before.Count == 0 ? 0 : before.Max(grade => grade.Round);
        if (own is not null)
        {
            return own.Round == last
                ? own.Round
                : throw ProblemException.Conflict(
                    "opinion_given",
                    "Somebody gave another opinion since: yours stands as it is."
                );
        }
        if (last == 0)
        {
            return 1;
        }
        return await Opinions.WaitingAsync(tx, itemId) is { } waiting
            ? waiting
            : throw ProblemException.Conflict(
                "already_graded",
                "This item is graded. Ask for a second opinion, with why, and grade it from that queue."
            );
    }

    private static async Task<Grade?> OwnAsync(SamePerson me, IReadOnlyList<Grade> grades)
    {
        foreach (var grade in grades)
        {
            if (await me.IsAsync(grade.Grader))
            {
                return grade;
            }
        }
        return null;
    }

    private static async Task<int?> NextAsync(
        Tx tx,
        Guid itemId,
        int round,
        GradeRequest request,
        GradeFacts facts
    )
    {
        if (round == 1 && (request.SecondOpinion || facts.Age == AgeBand.Unclear))
        {
            await Opinions.AskAsync(tx, itemId, 2, request.SecondOpinion ? "asked_for" : "age_unclear");
            return 2;
        }
        if (round == 2)
        {
            var both = await Grade.OfAsync(tx, itemId);
            if (!both[0].AgreesWith(both[^1]))
            {
                await Opinions.AskAsync(tx, itemId, 3, "disagreement");
                return 3;
            }
        }
        return null;
    }
}
