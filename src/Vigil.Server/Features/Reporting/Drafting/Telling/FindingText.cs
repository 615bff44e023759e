using Vigil.CyberTip;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>All that is wrong with a document, told at once; paths and what to do, no values.</summary>
internal static class FindingText
{
    /// <exception cref="ProblemException">There is a finding.</exception>
    public static void ThrowIfAny(string code, string what, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return;
        }
        var told = string.Join(
            " | ",
            findings.Take(DraftLimits.FindingsTold).Select(finding => finding.ToString())
        );
        var rest =
            findings.Count > DraftLimits.FindingsTold
                ? $" | and {findings.Count - DraftLimits.FindingsTold} more"
                : "";
        throw ProblemException.BadRequest(
            code,
            $"{what} was not taken, {findings.Count} to correct: {told}{rest}"
        );
    }
}
