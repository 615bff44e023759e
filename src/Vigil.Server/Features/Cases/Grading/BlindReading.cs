using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>A judgement in a case that its reader is still to make alone.</summary>
/// <param name="ItemId">Of what.</param>
/// <param name="Round">Of the opinion; 0: it is an audit.</param>
/// <param name="Hidden">What is kept from them until then, and who ends that.</param>
public sealed record OpinionWanted(Guid ItemId, int Round, string Hidden)
{
    /// <summary>A decision is to be looked at again; otherwise an opinion is to be given.</summary>
    public bool IsAudit => Round == 0;
}

/// <summary>
/// The one place that says who is not told what others found in a case: who may still give an opinion of an item of it,
/// or look at a decision of it again. Who decided something in the case knows, and is told. All that is read of a case
/// asks here, other features by <see cref="HiddenVerdictsWanted"/>; <see cref="BlindViews"/> takes it out.
/// </summary>
internal sealed class BlindReading
{
    private const string Opinion =
        "Your opinion of an item of this case is wanted. What was decided, by whom and why, and what followed "
        + "from it is hidden until you have given it, or somebody else has who was asked as you are.";

    private const string Audit =
        "A decision in this case is to be looked at again, and you may be the one. What was decided, by whom and why, "
        + "what followed from it, and what those who were told said of it, is hidden until the audit is answered: by "
        + "you, or by somebody else who decided nothing here.";

    private const string Some =
        "Some are not shown to you: you are still to judge something in their cases alone. Look at the opinions and "
        + "audits that wait; who decided there sees all of them.";

    private readonly Dictionary<Guid, OpinionWanted> _hidden = [];
    private readonly HashSet<Guid> _asked = [];

    private BlindReading() { }

    /// <param name="tx">Of the read.</param>
    /// <param name="me">As <see cref="DecidingPerson.ReaderOf"/>: a key that named nobody may be anybody.</param>
    /// <param name="cases">Their ids.</param>
    public static async Task<BlindReading> OfAsync(Tx tx, string me, IEnumerable<Guid> cases)
    {
        var reading = new BlindReading();
        var reader = DecidingPerson.Kept(me);
        var ids = cases.Distinct().Select(id => (object)id).ToList();
        var opinions = await OpinionsAsync(tx, new SamePerson(tx, me), ids);
        var audits = await AuditsAsync(tx, ids);
        if (opinions.Count + audits.Count == 0)
        {
            return reading;
        }
        var knowing = await KnowingAsync(tx, reader, opinions.Concat(audits).Select(one => one.CaseId));
        foreach (var one in opinions.Where(one => knowing.Contains(one.CaseId)))
        {
            reading._asked.Add(one.CaseId);
        }
        foreach (var one in opinions.Concat(audits).Where(one => !knowing.Contains(one.CaseId)))
        {
            var text = one.Round == 0 ? Audit : Opinion;
            reading._hidden.TryAdd(one.CaseId, new OpinionWanted(one.ItemId, one.Round, text));
        }
        return reading;
    }

    /// <summary>What the reader is to do first; null: nothing of this case is hidden from them.</summary>
    public OpinionWanted? Of(Guid caseId) => _hidden.GetValueOrDefault(caseId);

    /// <summary>They know what was decided, and may still give an opinion: not told is why one is asked for.</summary>
    public bool HidesWhyAsked(Guid caseId) => _asked.Contains(caseId);

    /// <summary>What is hidden from this reader, and until when; null: nothing is.</summary>
    public static async Task<string?> WhyAsync(Tx tx, CaseFile file, string me) =>
        (await OfAsync(tx, me, [file.Id])).Of(file.Id)?.Hidden;

    /// <summary>The same of many cases, by reference; those of which nothing is hidden are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> HiddenAsync(
        Tx tx,
        IEnumerable<string> cases,
        string me
    )
    {
        var known = await ManyRows.SelectWantedAsync<Named>(
            tx,
            """
            select f.id, f.ref from wanted cross join case_file f
            where f.tenant = @tenant and f.ref = wanted.value
            """,
            cases.Distinct(StringComparer.Ordinal)
        );
        var reading = await OfAsync(tx, me, known.Select(one => one.Id));
        return known
            .Where(one => reading.Of(one.Id) is not null)
            .ToDictionary(one => one.Ref, one => reading.Of(one.Id)!.Hidden, StringComparer.Ordinal);
    }

    /// <summary>What a list says of which some was left out; null: nothing was.</summary>
    public static string? SomeHidden(IReadOnlyDictionary<string, string> hidden) =>
        hidden.Count == 0 ? null : Some;

    /// <summary>The answer to <see cref="HiddenVerdictsWanted"/>.</summary>
    public static async Task<HiddenVerdicts> AnswerAsync(Tx tx, HiddenVerdictsWanted wanted) =>
        new(await HiddenAsync(tx, wanted.Cases, tx.Actor.Name));

    /// <summary>That the reader may give, the oldest of each case first.</summary>
    private static async Task<List<Waiting>> OpinionsAsync(Tx tx, SamePerson reader, List<object> cases)
    {
        if (!tx.Actor.May(Permission.CaseGrade))
        {
            return [];
        }
        var waiting = await ManyRows.SelectWantedAsync<Waiting>(
            tx,
            """
            select o.item_id, i.case_id, o.round from wanted cross join case_item i
            join case_opinion o on o.tenant = i.tenant and o.item_id = i.id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where i.tenant = @tenant and i.case_id = wanted.value and o.state = 'Waiting' and f.gold_for is null
            order by o.asked_at, o.item_id
            """,
            cases
        );
        var graded = await Opinions.GradedAsync(tx, waiting.Select(one => one.ItemId), reader);
        return waiting.FindAll(one => !graded.Contains(one.ItemId));
    }

    /// <summary>Decisions that wait to be looked at again: by whoever decided nothing in the case.</summary>
    private static async Task<List<Waiting>> AuditsAsync(Tx tx, List<object> cases) =>
        !tx.Actor.May(Permission.CaseDecide)
            ? []
            : await ManyRows.SelectWantedAsync<Waiting>(
                tx,
                """
                select a.item_id, i.case_id, 0 as round from wanted cross join case_item i
                join case_audit a on a.tenant = i.tenant and a.item_id = i.id
                join case_file f on f.tenant = i.tenant and f.id = i.case_id
                where i.tenant = @tenant and i.case_id = wanted.value and a.state = 'Waiting' and f.gold_for is null
                order by a.drawn_at, a.item_id
                """,
                cases
            );

    /// <summary>Cases in which the reader decided something, at any time.</summary>
    private static async Task<HashSet<Guid>> KnowingAsync(
        Tx tx,
        DecidingPerson reader,
        IEnumerable<Guid> cases
    ) => [.. (
                await ManyRows.SelectWantedAsync<Part>(
                    tx,
                    """
                    select distinct e.case_id as about, e.actor as who from wanted cross join case_event e
                    where e.tenant = @tenant and e.case_id = wanted.value and e.what in ('confirmed', 'not_csam')
                    """,
                    cases.Distinct().Select(id => (object)id)
                )
            ).Where(part => reader.Is(part.Who)).Select(part => part.About)];

    private sealed class Waiting
    {
        public Guid ItemId { get; init; }
        public Guid CaseId { get; init; }
        public int Round { get; init; }
    }

    private sealed class Part
    {
        public Guid About { get; init; }
        public string Who { get; init; } = "";
    }

    private sealed class Named
    {
        public Guid Id { get; init; }
        public string Ref { get; init; } = "";
    }
}
