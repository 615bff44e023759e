using Vigil.Media;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Puts what sealed files say of themselves (camera, times, programs, serials) into what a draft says of them. Read by
/// exiftool in its sandbox. Places only where they are asked for, by a person who may see them.
/// </summary>
internal sealed class ReadMetadata(TrustKernel kernel, MetadataPool pool)
{
    /// <returns>How many files were read.</returns>
    /// <exception cref="ProblemException">No such draft, it was changed meanwhile, or nothing can be read
    /// here.</exception>
    public async Task<int> FillAsync(
        Actor actor,
        Guid reportId,
        bool wantsPlace,
        CancellationToken cancellation
    )
    {
        var withPlace = wantsPlace && actor.May(Permission.ContentPlace);
        var reading = new ContentReading<FileMetadataText>(
            $"Metadata{(withPlace ? " with place" : "")} for a report, before its approval.",
            "report.metadata_read",
            file => !file.IsMetadataRead || (withPlace && file.IsPlaceLeftOut),
            (content, stop) => ReadAsync(content, withPlace, stop),
            (file, found) => found.PutInto(file),
            (details, found) => found.PutInto(details)
        );
        try
        {
            return await ReadContents.RunAsync(kernel, actor, reportId, reading, cancellation);
        }
        catch (MediaSandboxException)
        {
            throw ProblemException.Conflict(
                "no_metadata_reader",
                "No metadata can be read on this machine now: ask who runs it to look at 'vigil doctor'."
            );
        }
    }

    private async Task<FileMetadataText?> ReadAsync(
        Stream content,
        bool withPlace,
        CancellationToken cancellation
    )
    {
        var read = await pool.ReadAsync(content, cancellation);
        return read.Outcome == MediaOutcome.Done ? new FileMetadataText(read.Tags, withPlace) : null;
    }
}
