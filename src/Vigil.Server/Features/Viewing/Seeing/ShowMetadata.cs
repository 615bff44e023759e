using Microsoft.AspNetCore.Http;
using Vigil.Media;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// One look at a file's metadata: record, signed act, exiftool in its sandbox, text, in this order. Nothing of it
/// is kept.
/// </summary>
internal sealed class ShowMetadata(Db db, OpenedViews opened, MetadataPool pool)
{
    /// <param name="reason">As it stands in the ledger.</param>
    /// <param name="withPlace">Asked for by somebody who may see it.</param>
    /// <exception cref="ProblemException">It may not be, or there is nothing to show; the text says why.</exception>
    public async Task<MetadataView> RunAsync(
        HttpContext context,
        Guid contentId,
        string reason,
        bool withPlace
    )
    {
        var person = context.Person();
        var asked = await db.WriteAsync(
            context.Actor(),
            Permission.ContentRender,
            tx => AskView.ForMetadataAsync(tx, person, contentId, reason, withPlace),
            context.RequestAborted
        );
        var view = asked.Require();
        var (read, failed) = await opened.ReadAsync(context, view, Permission.ContentRender, pool.ReadAsync);
        var shown = read is { Outcome: MediaOutcome.Done } ? MetadataView.Of(view.Id, read, withPlace) : null;
        await db.WriteAsync(
            context.Actor(),
            Permission.ContentRender,
            tx => ViewRecord.ShowMetadataAsync(tx, view.Id, shown is { CountsAsViewed: true }),
            CancellationToken.None
        );
        return shown
            ?? throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "not_shown",
                failed?.Advice ?? read!.Advice
            );
    }
}
