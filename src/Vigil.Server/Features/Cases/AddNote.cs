using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>POST /v1/cases/{ref}/notes.</summary>
internal sealed record NoteRequest
{
    public string? Text { get; init; }
}

/// <summary>A reviewer's note: sealed, in the timeline only. The ledger says that there is one.</summary>
internal static class AddNote
{
    public static async Task<CaseStatus> RunAsync(Tx tx, string reference, string? text)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var note = CaseLimits.Required(text, CaseLimits.NoteCharacters, "text");
        var lines = await tx.FindAsync<long>(
            "select count(*) from case_event where tenant = @tenant and case_id = @id",
            new { id = file.Id }
        );
        if (lines >= CaseLimits.TimelineLines)
        {
            throw ProblemException.Conflict(
                "timeline_full",
                $"This case has {CaseLimits.TimelineLines} lines: decide it, or open another by hand."
            );
        }
        await CaseTimeline.AddAsync(tx, file.Id, "note", note);
        await tx.ExecuteAsync(
            "update case_file set updated_at = @at where tenant = @tenant and id = @id",
            new { id = file.Id, at = tx.Now }
        );
        await tx.RecordAsync(new LedgerAct("case.noted", file.Ref));
        return CaseStatus.Of((await CaseFile.FindAsync(tx, file.Id))!);
    }
}
