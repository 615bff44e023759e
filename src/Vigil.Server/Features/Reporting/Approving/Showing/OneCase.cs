using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Reading;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What who files sees of one case beside its reports.</summary>
/// <param name="Lost">Reports that the database lost in a restore, and what to do about each.</param>
/// <param name="Hosts">Hosts that are owed a report, are in none, and of which nobody said why.</param>
public sealed record OneCase(IReadOnlyList<string> Lost, IReadOnlyList<string> Hosts)
{
    public static OneCase None { get; } = new([], []);

    /// <param name="tx">By somebody who files.</param>
    /// <param name="caseRef">Of the case.</param>
    /// <param name="due">Its clock, where it runs.</param>
    internal static async Task<OneCase> ReadAsync(Tx tx, string caseRef, DueView? due) =>
        Trust.CaseRef.IsWellFormed(caseRef) && await tx.MaySeeCaseAsync(caseRef)
            ? new OneCase(
                [.. (await LostReport.OfCasesAsync(tx, [caseRef])).Select(LostFindings.TextOf)],
                due is null ? [] : await MissingHosts.OfAsync(tx, due)
            )
            : None;
}
