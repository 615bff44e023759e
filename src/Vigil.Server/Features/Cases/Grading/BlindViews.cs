using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>A request of a program that may say for whom it acts.</summary>
internal interface INamesPerson
{
    /// <summary>By the program's own system's pseudonym; null: nobody.</summary>
    string? Person { get; }
}

/// <summary>What is said of a case, without what <see cref="BlindReading"/> keeps from its reader.</summary>
internal static class BlindViews
{
    /// <summary>What is not open, as who is not told sees it: a case, closed too, or an item.</summary>
    public const string Decided = "decided";
    private const string Open = "open";
    private const string Asked = "opinion_asked";
    private const string Somebody = "somebody";

    /// <summary>Lines that say what came and that somebody works on it: no judgement, no words of colleagues.</summary>
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
    {
        "opened",
        "item_added",
        "flag_added",
        "continued_by",
        "notice_received",
        "content_not_sealed",
        "claimed",
        "released",
        "skipped",
        "type",
        "danger",
        "graded",
    };

    /// <summary>The case as this reader may read it.</summary>
    /// <param name="tx">Of the read.</param>
    /// <param name="file">The case.</param>
    /// <param name="view">All of it.</param>
    /// <param name="me">As <see cref="DecidingPerson.ReaderOf"/>.</param>
    public static async Task<CaseView> OfAsync(Tx tx, CaseFile file, CaseView view, string me)
    {
        var reading = await BlindReading.OfAsync(tx, me, [file.Id]);
        if (reading.Of(file.Id) is { } wanted)
        {
            return Hide(view, wanted, me);
        }
        return !reading.HidesWhyAsked(file.Id)
            ? view
            : view with
            {
                Timeline =
                [
                    .. view.Timeline.Select(line => line.What == Asked ? line with { Text = null } : line),
                ],
            };
    }

    /// <summary>What the lists of cases say of them.</summary>
    public static async Task<IReadOnlyList<QueueRow>> RowsAsync(
        Tx tx,
        string me,
        IReadOnlyList<(CaseFile File, QueueRow Row)> rows
    )
    {
        var reading = await BlindReading.OfAsync(tx, me, rows.Select(row => row.File.Id));
        return
        [
            .. rows.Select(row =>
                reading.Of(row.File.Id) is null
                    ? row.Row
                    : row.Row with
                    {
                        Case = Hide(row.Row.Case),
                        AssignedTo = Colleague(row.Row.AssignedTo, me),
                        ClaimedBy = Colleague(row.Row.ClaimedBy, me),
                        LeavesAt = null,
                    }
            ),
        ];
    }

    /// <summary>A case's state, as an act or a program is told.</summary>
    /// <param name="person">Of whom a program names; null: the actor.</param>
    public static async Task<CaseStatus> StatusAsync(Tx tx, CaseStatus status, string? person)
    {
        var me = DecidingPerson.ReaderOf(tx, person);
        var hidden = await BlindReading.HiddenAsync(tx, [status.CaseRef], me);
        return await OtherCases.OfAsync(tx, hidden.Count == 0 ? status : Hide(status));
    }

    /// <summary>The answer to an act, where it tells a case's state.</summary>
    public static async Task<T> AnswerAsync<T>(Tx tx, object request, T answer) =>
        answer is CaseStatus status
            ? (T)(object)await StatusAsync(tx, status, (request as INamesPerson)?.Person)
            : answer;

    public static EarlierCase Hide(EarlierCase other) =>
        other with
        {
            State = other.State == Open ? Open : Decided,
            Outcome = null,
            IsHidden = true,
        };

    private static CaseView Hide(CaseView view, OpinionWanted wanted, string me) =>
        view with
        {
            Case = Hide(view.Case),
            Opinion = wanted,
            Items = [.. view.Items.Select(Hide)],
            Work = view.Work with
            {
                AssignedTo = Colleague(view.Work.AssignedTo, me),
                ClaimedBy = Colleague(view.Work.ClaimedBy, me),
                DangerBy = Colleague(view.Work.DangerBy, me),
                UndoUntil = null,
            },
            Facts = [.. view.Facts.Select(Hide)],
            Reports = [.. view.Reports.Where(report => report.CaseRef != view.Case.CaseRef)],
            // Who looked is among who decided.
            Views = [.. view.Views.Where(seen => seen.Viewer == me)],
            Feedback = [],
            Timeline =
            [
                .. view
                    .Timeline.Where(line => Plain.Contains(line.What))
                    .Select(line => line with { Actor = Colleague(line.Actor, me)! }),
            ],
        };

    private static ItemView Hide(ItemView item) =>
        item with
        {
            State = item.State == Open ? Open : Decided,
            DecidedBy = null,
            DecidedAt = null,
            EqualFile = null,
        };

    /// <summary>What it rests on stays; not what became of it, nor what was decided of its like.</summary>
    private static DecisionFact Hide(DecisionFact fact) =>
        fact with
        {
            State = "hidden",
            Matches = [.. fact.Matches.Select(match => match with { Record = null })],
        };

    private static CaseStatus Hide(CaseStatus status) =>
        status with
        {
            State = status.State == Open ? Open : Decided,
            Outcome = null,
            ClosedBecause = null,
        };

    /// <summary>Not which of them, where it is another person.</summary>
    private static string? Colleague(string? name, string me) =>
        name is not null
        && name != me
        && (
            name.StartsWith("person:", StringComparison.Ordinal)
            || name.Contains('/', StringComparison.Ordinal)
        )
            ? Somebody
            : name;
}
