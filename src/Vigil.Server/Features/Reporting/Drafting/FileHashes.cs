using System.Security.Cryptography;
using Vigil.CyberTip;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Fingerprints of sealed contents. A content's row keeps a keyed digest only, so they are read from the content
/// itself: by a person who may release contents, with the opening in the signed ledger before a byte is read.
/// </summary>
internal static class FileHashes
{
    private const string Reason = "Fingerprints for a report, before its approval.";

    /// <summary>
    /// Adds what is missing to the draft's files, and to what is said of each. The same draft again reads nothing.
    /// </summary>
    /// <param name="kernel">Opens contents.</param>
    /// <param name="actor">A person who may file reports and release contents.</param>
    /// <param name="reportId">In the state <see cref="ReportState.Draft"/>.</param>
    /// <param name="cancellation">Between contents; what was read by then is not kept.</param>
    /// <returns>How many files were read.</returns>
    /// <exception cref="ContentException">A content does not open.</exception>
    /// <exception cref="ProblemException">No such draft, or somebody changed it meanwhile.</exception>
    public static async Task<int> FillAsync(
        TrustKernel kernel,
        Actor actor,
        Guid reportId,
        CancellationToken cancellation
    )
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
        var read = new Dictionary<Guid, Fingerprints>();
        foreach (
            var id in draft
                .Files.Where(file => file.Sha256 is null)
                .Select(file => file.ContentId)
                .OfType<Guid>()
        )
        {
            await using var content = await kernel.Contents.OpenAsync(
                actor,
                id,
                Permission.ContentExport,
                Reason,
                cancellation
            );
            read[id] = await Fingerprints.OfAsync(content, cancellation);
        }
        if (read.Count == 0)
        {
            return 0;
        }
        await kernel.Db.ActAsync(
            actor,
            Permission.ReportFile,
            async tx =>
            {
                var row = await Drafts.RequireAsync(tx, await ReportRow.LockAsync(tx, reportId));
                return await Drafts.WriteAsync(
                    tx,
                    row,
                    draft,
                    With(draft, read),
                    version,
                    "report.fingerprints_read"
                );
            },
            cancellation
        );
        return read.Count;
    }

    /// <summary>Batched reports may not have any.</summary>
    private static ReportDraft With(ReportDraft draft, Dictionary<Guid, Fingerprints> read) =>
        draft with
        {
            Files =
            [
                .. draft.Files.Select(file =>
                    file.ContentId is { } id && read.TryGetValue(id, out var found)
                        ? found.PutInto(file)
                        : file
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
                                file.ContentId is { } id && read.TryGetValue(id, out var found)
                                    ? found.PutInto(details)
                                    : details
                        ),
                    ],
                },
        };
}

/// <summary>Of one file. Secrets.</summary>
internal sealed record Fingerprints(string Md5, string Sha1, string Sha256)
{
    private const int PieceBytes = 128 * 1024;

    /// <summary>Reads to the end, in constant memory.</summary>
    public static async Task<Fingerprints> OfAsync(Stream content, CancellationToken cancellation)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceBytes];
        for (int read; (read = await content.ReadAsync(piece, cancellation)) > 0; )
        {
            md5.AppendData(piece, 0, read);
            sha1.AppendData(piece, 0, read);
            sha256.AppendData(piece, 0, read);
        }
        return new Fingerprints(Hex(md5), Hex(sha1), Hex(sha256));
    }

    /// <summary>What the platform told of the file as uploaded stays.</summary>
    public DraftFile PutInto(DraftFile file) =>
        file with
        {
            Md5 = file.Md5 ?? Md5,
            Sha1 = file.Sha1 ?? Sha1,
            Sha256 = file.Sha256 ?? Sha256,
        };

    public FileDetails PutInto(FileDetails details)
    {
        var known = details.OriginalFileHash.Select(hash => BuildFiles.KindOf(hash.HashType)).ToHashSet();
        (string Kind, string Value)[] all = [("MD5", Md5), ("SHA1", Sha1), ("SHA256", Sha256)];
        return details with
        {
            OriginalFileHash =
            [
                .. details.OriginalFileHash,
                .. all.Where(hash => !known.Contains(hash.Kind))
                    .Select(hash => new OriginalFileHash { HashType = hash.Kind, Value = hash.Value }),
            ],
        };
    }

    public override string ToString() => "Fingerprints";

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
