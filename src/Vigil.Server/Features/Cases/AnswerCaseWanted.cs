using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>Scanning found something, and asks in its transaction which case it belongs to.</summary>
internal static class AnswerCaseWanted
{
    public static async Task<CaseRef> AnswerAsync(Tx tx, CaseWanted wanted)
    {
        // The same decision asked twice has one item.
        var known = await tx.FindAsync<string>(
            """
            select f.ref from case_item i join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where i.tenant = @tenant and i.decision_id = @decisionId
            """,
            new { decisionId = wanted.DecisionId }
        );
        if (known is not null)
        {
            return new CaseRef(known);
        }
        var joined = await JoinCase.AddAsync(
            tx,
            new NewItem
            {
                Origin = wanted.Origin,
                DecisionId = wanted.DecisionId,
                Account = string.IsNullOrWhiteSpace(wanted.Account) ? null : wanted.Account.Trim(),
                ContentRef = string.IsNullOrWhiteSpace(wanted.ContentRef) ? null : wanted.ContentRef.Trim(),
                Surface = wanted.Surface,
                Jurisdiction = wanted.Jurisdiction,
                Decision = wanted.Decision,
                Summary = wanted.Summary,
                Match = wanted.Match,
                IsTest = wanted.IsTest,
                NamesNoSuspect = wanted.NamesNoSuspect,
                IsContradiction = wanted.IsContradiction,
            }
        );
        return joined.Ref;
    }
}
