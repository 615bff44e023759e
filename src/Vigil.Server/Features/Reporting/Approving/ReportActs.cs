using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>What all acts on a report share: finding it, a reason fit for the ledger.</summary>
internal static class ReportActs
{
    /// <summary>A reason stands in the ledger.</summary>
    public const int ReasonCharacters = 200;

    /// <summary>Held for this transaction.</summary>
    /// <exception cref="ProblemException">None: the same words for another's and for one that never was.</exception>
    public static async Task<ReportRow> RequireAsync(Tx tx, Guid id) =>
        await ReportRow.LockAsync(tx, id) is { } report && await tx.MaySeeCaseAsync(report.CaseRef)
            ? report
            : throw Unknown();

    public static ProblemException Unknown() => ProblemException.NotFound("There is no report of this id.");

    /// <exception cref="ProblemException">It is in another state.</exception>
    public static void RequireState(ReportRow report, ReportState state, string otherwise)
    {
        if (report.State != state)
        {
            throw ProblemException.Conflict(
                $"not_{Words.Of(state)}",
                $"This report is in the state '{Words.Of(report.State)}'. {otherwise}"
            );
        }
    }

    /// <summary>Nothing is reported without a named person: no key approves.</summary>
    public static void RequirePerson(Tx tx)
    {
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw new ProblemException(
                403,
                "not_a_person",
                "A report is approved by a named person: sign in to the console."
            );
        }
    }

    /// <exception cref="ProblemException">Missing, too long, or it names account or content.</exception>
    public static string ReasonOf(string? reason, ReportableCase about)
    {
        var text = reason?.Trim() ?? "";
        if (text.Length is 0 or > ReasonCharacters)
        {
            throw ProblemException.BadRequest(
                "missing",
                $"'reason' is required: 1 to {ReasonCharacters} characters. It stands in the ledger."
            );
        }
        NamesNobody.Require(about.Items.Select(item => item.ContentRef).Append(about.Account), text);
        return text;
    }

    /// <summary>All that the cases say of it; nothing where nobody answers.</summary>
    public static async Task<ReportableCase> CaseOfAsync(Tx tx, string caseRef) =>
        tx.IsAnswered<ReportableCaseWanted>()
            ? await tx.AskAsync<ReportableCaseWanted, ReportableCase>(new(new CaseRef(caseRef)))
            : ReportableCase.None;

    public static LedgerAct Ledger(string action, ReportRow report, params (string, string)[] facts) =>
        new(action, report.Id.ToString())
        {
            Facts = facts
                .Concat([
                    ("case", report.CaseRef),
                    ("destination", report.Destination),
                    ("environment", Words.Of(report.Environment)),
                ])
                .ToDictionary(fact => fact.Item1, fact => fact.Item2, StringComparer.Ordinal),
        };
}
