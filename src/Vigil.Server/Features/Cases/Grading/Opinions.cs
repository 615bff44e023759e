using System.Text.Json.Serialization;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>
/// An item that waits for another opinion. It says nothing of what was thought before, so not why it was asked for: the
/// first grader's doubt is an answer.
/// </summary>
public sealed record OpinionRow(
    Guid ItemId,
    string CaseRef,
    int Round,
    DateTimeOffset AskedAt,
    string? ProblemType
);

public sealed record OpinionsAnswer(IReadOnlyList<OpinionRow> Opinions);

/// <summary>What is said of an item, as the reader may see it.</summary>
/// <param name="Hidden">Opinions that the reader must not see until theirs is given.</param>
/// <param name="Waiting">The round that is wanted; null: none.</param>
/// <param name="Codes">Of the grade that stands; empty while it is hidden or there is none.</param>
public sealed record ItemGrades(
    Guid ItemId,
    IReadOnlyList<GradeView> Grades,
    int Hidden,
    int? Waiting,
    IReadOnlyList<DerivedCode> Codes
)
{
    /// <summary>It waits for the reader, who has not graded it.</summary>
    [JsonIgnore]
    public bool IsWanted => Waiting is not null && Grades.Count == 0;
}

public sealed record GradeView(
    string Grader,
    int Round,
    IReadOnlyDictionary<string, string> Facts,
    IReadOnlyList<string> Reasons,
    string? Text,
    DateTimeOffset At
);

public sealed record GradesAnswer(IReadOnlyList<ItemGrades> Items);

internal sealed record OpinionRequest
{
    /// <summary>Why; sealed nowhere, so no names: one of the reasons of a grade.</summary>
    public string? Because { get; init; }
}

/// <summary>Second and third opinions: who gave one before is left out, and what they said is hidden.</summary>
internal static class Opinions
{
    /// <summary>Of all that wait, the oldest, before those of the reader's own items are left out.</summary>
    private const int MostLookedAt = 5 * CaseLimits.PageRows;

    /// <summary>GET /v1/grading/opinions: what the actor may give an opinion on, the oldest first.</summary>
    public static async Task<OpinionsAnswer> QueueAsync(Tx tx, string? person = null)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            select o.item_id, f.ref, o.round, o.asked_at, f.problem_type
            from case_opinion o
            join case_item i on i.tenant = o.tenant and i.id = o.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where o.tenant = @tenant and o.state = 'Waiting' and f.gold_for is null and {tx.SeesCase("f.ref")}
            order by o.asked_at, o.item_id limit @most
            """,
            new { most = MostLookedAt }
        );
        var me = new SamePerson(tx, DecidingPerson.ReaderOf(tx, person));
        var own = await GradedAsync(tx, rows.Select(row => row.ItemId), me);
        return new OpinionsAnswer([
            .. rows.Where(row => !own.Contains(row.ItemId))
                .Take(CaseLimits.PageRows)
                .Select(row => new OpinionRow(
                    row.ItemId,
                    row.Ref,
                    row.Round,
                    row.AskedAt,
                    row.ProblemType is { } type ? Words.NameOf(type) : null
                )),
        ]);
    }

    /// <summary>Of these items, those that this person graded, by whatever name.</summary>
    public static async Task<HashSet<Guid>> GradedAsync(Tx tx, IEnumerable<Guid> items, SamePerson me)
    {
        var graded = new HashSet<Guid>();
        var grades = await ManyRows.SelectWantedAsync<Graded>(
            tx,
            """
            select distinct g.item_id, g.grader from wanted cross join case_grade g
            where g.tenant = @tenant and g.item_id = wanted.value
            """,
            items.Select(item => (object)item)
        );
        foreach (var grade in grades)
        {
            if (await me.IsAsync(grade.Grader))
            {
                graded.Add(grade.ItemId);
            }
        }
        return graded;
    }

    /// <summary>POST /v1/cases/{ref}/items/{item}/opinion.</summary>
    public static async Task<CaseStatus> RequestAsync(Tx tx, string reference, Guid itemId, string? because)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        await GradeItem.RequireItemAsync(tx, file, itemId);
        var word = Words.NameOf(Words.Parse<GradeReason>(because, "because"));
        var grades = await Grade.OfAsync(tx, itemId);
        var round = grades.Count == 1 ? 2 : 3;
        if (!IsAskable(grades) || await WaitingAsync(tx, itemId) is not null)
        {
            throw ProblemException.Conflict(
                "no_opinion_possible",
                "Another opinion is asked for once, of an item that one person graded, or two who disagree: grade it "
                    + "first, or look at the opinions that are wanted."
            );
        }
        await AskAsync(tx, itemId, round, word);
        await CaseTimeline.AddAsync(tx, file.Id, "opinion_asked", word);
        await tx.RecordAsync(new LedgerAct("case.opinion_asked", file.Ref));
        return CaseStatus.Of(file);
    }

    /// <summary>Items of a case of which another opinion can be asked for now.</summary>
    public static async Task<IReadOnlySet<Guid>> AskableAsync(Tx tx, Guid caseId)
    {
        var waiting = await tx.QueryAsync<Guid>(
            """
            select item_id from case_opinion where tenant = @tenant and state = 'Waiting' and item_id in (
                select i.id from case_item i where i.tenant = @tenant and i.case_id = @caseId)
            """,
            new { caseId }
        );
        return (await Grade.OfCaseAsync(tx, caseId))
            .GroupBy(grade => grade.ItemId)
            .Where(item => IsAskable([.. item]))
            .Select(item => item.Key)
            .Except(waiting)
            .ToHashSet();
    }

    private static bool IsAskable(IReadOnlyList<Grade> grades) =>
        grades.Count == 1 || (grades.Count > 1 && Standing(grades) is null);

    /// <summary>GET /v1/cases/{ref}/grades.</summary>
    public static async Task<GradesAnswer> ReadAsync(Tx tx, string reference, string? person = null)
    {
        var me = DecidingPerson.ReaderOf(tx, person);
        var file = await CaseActs.RequireAsync(tx, reference);
        var isBlind = await BlindReading.WhyAsync(tx, file, me) is not null;
        var reader = new SamePerson(tx, me);
        var items = new List<ItemGrades>();
        foreach (var item in await CaseItem.OfAsync(tx, file.Id))
        {
            items.Add(await ReadAsync(tx, item.Id, reader, isBlind));
        }
        return new GradesAnswer(items);
    }

    /// <summary>
    /// While an opinion is wanted, and while the reader is to judge something of the case alone, each sees their own
    /// grade only.
    /// </summary>
    private static async Task<ItemGrades> ReadAsync(Tx tx, Guid itemId, SamePerson me, bool isBlind)
    {
        var all = await Grade.OfAsync(tx, itemId);
        var waiting = await WaitingAsync(tx, itemId);
        var isHidden = isBlind || waiting is not null;
        var seen = new List<Grade>();
        foreach (var grade in all)
        {
            if (!isHidden || await me.IsAsync(grade.Grader))
            {
                seen.Add(grade);
            }
        }
        var standing = isHidden ? null : Standing(all);
        return new ItemGrades(
            itemId,
            [
                .. seen.Select(grade => new GradeView(
                    grade.Grader,
                    grade.Round,
                    grade.Facts.ByName,
                    grade.Reasons.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    Sealed.Open(tx, grade.Words, grade.Id),
                    grade.At
                )),
            ],
            all.Count - seen.Count,
            waiting,
            standing is null ? [] : Taxonomies.Derive(standing.Facts)
        );
    }

    /// <summary>The third where there is one, else the first, unless a second says otherwise: then none.</summary>
    public static Grade? Standing(IReadOnlyList<Grade> grades) =>
        grades.FirstOrDefault(grade => grade.Round == 3)
        ?? (grades.Count > 0 && grades.All(grades[0].AgreesWith) ? grades[0] : null);

    public static async Task<int?> WaitingAsync(Tx tx, Guid itemId) =>
        (int?)
            await tx.FindAsync<long?>(
                """
                select max(round) from case_opinion
                where tenant = @tenant and item_id = @itemId and state = 'Waiting'
                """,
                new { itemId }
            );

    public static Task<int> AskAsync(Tx tx, Guid itemId, int round, string because) =>
        tx.ExecuteAsync(
            """
            insert into case_opinion (tenant, item_id, round, state, asked_by, asked_at, because)
            values (@tenant, @itemId, @round, 'Waiting', @me, @at, @because)
            on conflict (tenant, item_id, round) do nothing
            """,
            new
            {
                itemId,
                round,
                because,
                me = tx.Actor.Name,
                at = tx.Now,
            }
        );

    public static Task<int> GiveAsync(Tx tx, Guid itemId, int round) =>
        tx.ExecuteAsync(
            """
            update case_opinion set state = 'Given', given_at = @at
            where tenant = @tenant and item_id = @itemId and round = @round and state = 'Waiting'
            """,
            new
            {
                itemId,
                round,
                at = tx.Now,
            }
        );

    private sealed class Graded
    {
        public Guid ItemId { get; init; }
        public string Grader { get; init; } = "";
    }

    private sealed class Row
    {
        public Guid ItemId { get; init; }
        public string Ref { get; init; } = "";
        public int Round { get; init; }
        public DateTimeOffset AskedAt { get; init; }
        public ProblemType? ProblemType { get; init; }
    }
}
