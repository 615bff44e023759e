using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Unseen;

/// <summary>
/// A named person says why something is reported that nobody can see whole. It counts after a look at what can be
/// shown, stands in the ledger, and makes no file viewed.
/// </summary>
internal static class ExplainUnseen
{
    /// <summary>Points of one act.</summary>
    private const int MostAtOnce = 200;

    /// <param name="about">Ids of open points; one reason for all of them.</param>
    /// <exception cref="ProblemException">No person, no draft, no such point, no reason fit for the ledger.</exception>
    public static async Task<ApprovalAnswer> RunAsync(
        Tx tx,
        Guid id,
        IReadOnlyList<Guid> about,
        string? reason
    )
    {
        var report = await ReportActs.RequireAsync(tx, id);
        ReportActs.RequirePerson(tx);
        ReportActs.RequireState(report, ReportState.Draft, "Only of a draft it is said why.");
        var found = await ReportActs.CaseOfAsync(tx, report.CaseRef);
        var text = ReportActs.ReasonOf(reason, found);
        if (about.Count is 0 or > MostAtOnce)
        {
            throw ProblemException.BadRequest(
                "nothing_chosen",
                $"Choose what the reason is for: 1 to {MostAtOnce} points."
            );
        }
        var standings = await CaseStandings.OfAsync(tx, report.CaseRef);
        var open = (await UnseenNow.ReadAsync(tx, report, found, standings)).Points;
        // Who approved before accepted other reasons.
        var voided = await FirstApproval.ForgetAsync(tx, id);
        foreach (var point in about.Distinct().Select(one => RequireOpen(open, one)))
        {
            var kind = Words.Read<UnseenKind>(point.What, "what");
            await UnseenReason.PutAsync(tx, id, point.Id, kind.ToString(), text);
            await tx.RecordAsync(
                ReportActs.Ledger(
                    "report.unseen_explained",
                    report,
                    (point.IsKept ? "content" : "item", point.Id.ToString()),
                    ("what", point.What),
                    ("first_approval", voided > 0 ? "voided" : "none")
                ) with
                {
                    Reason = text,
                }
            );
        }
        return new ApprovalAnswer(id, Words.Of(ReportState.Draft), null);
    }

    /// <exception cref="ProblemException">A point has no reason yet.</exception>
    public static void Require(IReadOnlyList<UnseenView> points)
    {
        if (points.Count(point => point.Because is null) is > 0 and var count)
        {
            throw ProblemException.Conflict(
                "reasons_missing",
                $"{count} things that nobody here saw whole would be reported: say why, on the report's page, under "
                    + "'Not seen whole'."
            );
        }
    }

    private static UnseenView RequireOpen(IReadOnlyList<UnseenView> open, Guid id) =>
        open.FirstOrDefault(point => point.Id == id)
        ?? throw ProblemException.Conflict(
            "not_open",
            "This is no open point of the report: it can be seen whole, or must be looked at first."
        );
}
