using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What is read from sealed contents of a draft, and where it goes.</summary>
/// <param name="Reason">Of each opening, as it stands in the ledger.</param>
/// <param name="Action">As the ledger calls the change of the draft.</param>
/// <param name="IsWanted">Of this file it is not known yet.</param>
/// <param name="ReadAsync">Null: nothing can be read of it; the file stays as it is.</param>
internal sealed record ContentReading<T>(
    string Reason,
    string Action,
    Func<DraftFile, bool> IsWanted,
    Func<Stream, CancellationToken, Task<T?>> ReadAsync,
    Func<DraftFile, T, DraftFile> PutIntoFile,
    Func<FileDetails, T, FileDetails> PutIntoDetails
)
    where T : class;

/// <summary>
/// Reads sealed contents for a draft, by a person who may release contents: each opening in the signed ledger before a
/// byte is read. The same draft again reads nothing.
/// </summary>
internal static class ReadContents
{
    /// <param name="kernel">Opens contents.</param>
    /// <param name="actor">A person who may file reports and release contents.</param>
    /// <param name="reportId">In the state <see cref="ReportState.Draft"/>.</param>
    /// <param name="reading">What is read.</param>
    /// <param name="cancellation">Between contents; what was read by then is not kept.</param>
    /// <returns>How many files were read.</returns>
    /// <exception cref="ContentException">A content does not open.</exception>
    /// <exception cref="Http.ProblemException">No such draft, or somebody changed it meanwhile.</exception>
    public static async Task<int> RunAsync<T>(
        TrustKernel kernel,
        Actor actor,
        Guid reportId,
        ContentReading<T> reading,
        CancellationToken cancellation
    )
        where T : class
    {
        var (version, draft) = await kernel.Db.ReadAsync(
            actor,
            Permission.ReportFile,
            async tx =>
            {
                var row = await Drafts.RequireAsync(tx, await ReportRow.FindAsync(tx, reportId));
                return (row.DraftVersion, await Drafts.ReadAsync(tx, row));
            },
            cancellation
        );
        var read = new Dictionary<Guid, T>();
        foreach (var id in draft.Files.Where(reading.IsWanted).Select(file => file.ContentId).OfType<Guid>())
        {
            await using var content = await kernel.Contents.OpenAsync(
                actor,
                id,
                Permission.ContentExport,
                reading.Reason,
                cancellation
            );
            if (await reading.ReadAsync(content, cancellation) is { } found)
            {
                read[id] = found;
            }
        }
        if (read.Count > 0)
        {
            await kernel.Db.ActAsync(
                actor,
                Permission.ReportFile,
                async tx =>
                {
                    var row = await Drafts.RequireAsync(tx, await ReportRow.LockAsync(tx, reportId));
                    var after = With(draft, read, reading);
                    return await Drafts.WriteAsync(tx, row, draft, after, version, reading.Action);
                },
                cancellation
            );
        }
        return read.Count;
    }

    /// <summary>Details of batched reports may not have any of it.</summary>
    private static ReportDraft With<T>(ReportDraft draft, Dictionary<Guid, T> read, ContentReading<T> reading)
        where T : class
    {
        T? FoundOf(DraftFile file) => file.ContentId is { } id ? read.GetValueOrDefault(id) : null;

        return draft with
        {
            Files =
            [
                .. draft.Files.Select(file =>
                    FoundOf(file) is { } found ? reading.PutIntoFile(file, found) : file
                ),
            ],
            Tip = draft.Tip.Report.BatchedReport is not null
                ? draft.Tip
                : draft.Tip with
                {
                    FileDetails =
                    [
                        .. draft.Tip.FileDetails.Zip(
                            draft.Files,
                            (details, file) =>
                                FoundOf(file) is { } found ? reading.PutIntoDetails(details, found) : details
                        ),
                    ],
                },
        };
    }
}
