using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>An opinion of an item that the reader of its case is still to give.</summary>
/// <param name="Hidden">What is kept from them until then, and why.</param>
public sealed record OpinionWanted(Guid ItemId, int Round, string Hidden);

/// <summary>
/// Who is to give an opinion is not told what others found: no verdict, decider, grade, nor what follows from them.
/// Who decided in the case knows, and is told.
/// </summary>
internal static class BlindReading
{
    private const string Hidden =
        "Your opinion of an item of this case is wanted. What was decided, by whom and why, and what followed "
        + "from it is hidden until you have given it.";

    /// <summary>What is not open, as who is to give an opinion sees it: a case, closed too, or an item.</summary>
    private const string Decided = "decided";
    private const string Open = "open";
    private const string Asked = "opinion_asked";

    /// <summary>Lines that say what came and who works on it: no judgement, no words of colleagues.</summary>
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
        if (await FindAsync(tx, file, me) is not { } row)
        {
            return view;
        }
        return row.Decided > 0
            ? view with
            {
                Timeline =
                [
                    .. view.Timeline.Select(line => line.What == Asked ? line with { Text = null } : line),
                ],
            }
            : Hide(view, new OpinionWanted(row.ItemId, row.Round, Hidden));
    }

    /// <summary>What is hidden from this reader, and why; null: nothing is.</summary>
    public static async Task<string?> WhyAsync(Tx tx, CaseFile file, string me) =>
        await FindAsync(tx, file, me) is { Decided: 0 } ? Hidden : null;

    /// <summary>What the list of cases says of them to this person.</summary>
    public static async Task<IReadOnlyList<QueueRow>> RowsAsync(
        Tx tx,
        IReadOnlyList<(CaseFile File, QueueRow Row)> rows
    )
    {
        var ended = rows.Where(row => row.File.State != CaseState.Open).Select(row => row.File.Id).ToList();
        if (tx.Actor.Kind != ActorKind.Person || ended.Count == 0)
        {
            return [.. rows.Select(row => row.Row)];
        }
        var hidden = (await ReadAsync(tx, ended, tx.Actor.Name))
            .Where(row => row.Decided == 0)
            .Select(row => row.CaseId)
            .ToHashSet();
        return
        [
            .. rows.Select(row =>
                hidden.Contains(row.File.Id)
                    ? row.Row with
                    {
                        Case = Hide(row.Row.Case),
                        LeavesAt = null,
                    }
                    : row.Row
            ),
        ];
    }

    private static CaseView Hide(CaseView view, OpinionWanted wanted) =>
        view with
        {
            Case = Hide(view.Case),
            Opinion = wanted,
            Items =
            [
                .. view.Items.Select(item =>
                    item with
                    {
                        State = item.State == Open ? Open : Decided,
                        DecidedBy = null,
                        DecidedAt = null,
                    }
                ),
            ],
            Work = view.Work with { UndoUntil = null },
            Reports = [.. view.Reports.Where(report => report.CaseRef != view.Case.CaseRef)],
            Timeline = [.. view.Timeline.Where(line => Plain.Contains(line.What))],
        };

    private static CaseStatus Hide(CaseStatus status) =>
        status with
        {
            State = status.State == Open ? Open : Decided,
            Outcome = null,
            ClosedBecause = null,
        };

    private static async Task<Row?> FindAsync(Tx tx, CaseFile file, string me) =>
        file.GoldFor is null ? (await ReadAsync(tx, [file.Id], me)).FirstOrDefault() : null;

    /// <summary>The oldest of each case first.</summary>
    private static async Task<List<Row>> ReadAsync(Tx tx, IReadOnlyList<Guid> cases, string me)
    {
        if (!tx.Actor.May(Permission.CaseGrade))
        {
            return [];
        }
        return await ManyRows.SelectWantedAsync<Row>(
            tx,
            """
            select o.item_id, i.case_id, o.round, case when exists (
                select 1 from case_event e where e.tenant = @tenant and e.case_id = i.case_id
                  and e.what in ('confirmed', 'not_csam') and (e.actor = @me or e.actor like @alike)
              ) then 1 else 0 end as decided
            from wanted cross join case_item i
            join case_opinion o on o.tenant = i.tenant and o.item_id = i.id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where i.tenant = @tenant and i.case_id = wanted.value and o.state = 'Waiting' and f.gold_for is null
              and not exists (
                select 1 from case_grade g where g.tenant = @tenant and g.item_id = o.item_id
                  and (g.grader = @me or g.grader like @alike))
            order by o.asked_at, o.item_id
            """,
            cases.Cast<object>(),
            ("me", me),
            ("alike", Alike(me))
        );
    }

    /// <summary>Whom two keys call the same is one, as in <see cref="DecidingPerson.Is"/>.</summary>
    private static string Alike(string me) => me.Split('/') is [_, var named] ? $"%/{named}" : me;

    private sealed class Row
    {
        public Guid ItemId { get; init; }
        public Guid CaseId { get; init; }
        public int Round { get; init; }

        /// <summary>1: the reader decided something in this case.</summary>
        public int Decided { get; init; }
    }
}
