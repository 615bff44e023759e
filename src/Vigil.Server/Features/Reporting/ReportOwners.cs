using Vigil.Trust;

namespace Vigil.Server.Features.Reporting;

/// <summary>
/// Who has to act next on a report, in each state: a role, whose people the rota names, the delivery, which rings for
/// them, or a person by name. Where it is over: who answers for it.
/// </summary>
internal static class ReportOwners
{
    public const string FilingOfficer = "filing_officer";
    public const string Delivery = "delivery";

    /// <param name="state">The one that it comes to.</param>
    /// <param name="report">As it stands before.</param>
    /// <param name="isPackage">A person hands it over; nobody calls its destination.</param>
    /// <param name="actor">Who moves it.</param>
    public static string Of(ReportState state, ReportRow report, bool isPackage, string actor) =>
        state switch
        {
            ReportState.Draft
            or ReportState.NeedsHuman
            or ReportState.HandedOver
            // Corrected and written anew, or asked for again: until then it is somebody's.
            or ReportState.Rejected
            or ReportState.FiledReceiptLost => FilingOfficer,
            ReportState.Approved => isPackage ? FilingOfficer : Delivery,
            ReportState.Filing => Delivery,
            ReportState.Filed => report.ApprovedBy ?? actor,
            ReportState.Withdrawn => actor,
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "It has no owner."),
        };

    /// <summary>Another draft for the same recipient answers what was refused: its writer has it.</summary>
    public static Task<int> AnswerRejectedAsync(Tx tx, string caseRef, string destination) =>
        tx.ExecuteAsync(
            """
            update report set owner = @by where tenant = @tenant and case_ref = @caseRef
              and destination = @destination and state = 'Rejected' and owner = @officer
            """,
            new
            {
                caseRef,
                destination,
                by = tx.Actor.Name,
                officer = FilingOfficer,
            }
        );

    /// <summary>What was missing came.</summary>
    public static Task<int> PutAsync(Tx tx, Guid reportId, string owner) =>
        tx.ExecuteAsync(
            "update report set owner = @owner where tenant = @tenant and id = @reportId",
            new { reportId, owner }
        );
}
