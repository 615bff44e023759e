using System.Text.Json;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// Nothing is reported without a person's decision that stands. An approval rests on what was confirmed then: before
/// the first byte leaves, and before each step that can still be stopped, it is asked whether that is so now.
/// </summary>
internal static class StandingDecision
{
    public const string Code = "not_confirmed";

    private const string Text =
        "What this report says is not confirmed now: its case was opened again, decided otherwise, or its decision "
        + "undone. Nothing of it leaves. Confirm the case and try again, or withdraw the report.";

    /// <summary>
    /// Every item that the report says, and at least one, is confirmed; so is each case of its batch. False also where
    /// nobody can tell: no case, or a draft that does not open.
    /// </summary>
    public static async Task<bool> StandsAsync(Tx tx, ReportRow report)
    {
        ReportDraft draft;
        try
        {
            draft = await Drafts.ReadAsync(tx, report);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return false;
        }
        var about = await ReportActs.CaseOfAsync(tx, report.CaseRef);
        return CaseNow.IsConfirmed(report.CaseRef, about, draft)
            && (await CaseNow.NotInBatchAsync(tx, draft, evenInDanger: true)).Count == 0;
    }

    /// <exception cref="ProblemException">It does not stand; the text says what to do.</exception>
    public static async Task RequireAsync(Tx tx, ReportRow report)
    {
        if (!await StandsAsync(tx, report))
        {
            throw ProblemException.Conflict(Code, Text);
        }
    }
}
