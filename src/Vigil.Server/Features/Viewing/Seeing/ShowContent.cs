using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vigil.Media;
using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// One view: record, signed act, rendition, bytes, in this order. What fails on the way shows nothing; the
/// record says what may have been seen, never less.
/// </summary>
internal sealed class ShowContent(Db db, OpenedViews opened, Screens screens)
{
    public const string ViewHeader = "Vigil-View";
    public const string SecondsHeader = "Vigil-View-Seconds";

    /// <summary>Pixels of the picture, without the strip of the watermark.</summary>
    public const string SizeHeader = "Vigil-View-Size";

    public Task<IResult> RenditionAsync(
        HttpContext context,
        AskedView view,
        RenditionKind kind,
        RenditionTile? tile
    ) =>
        RunAsync(
            context,
            view,
            Permission.ContentRender,
            (renderer, bytes, cancellation) =>
                kind.IsSheet()
                    ? renderer.SheetAsync(bytes, RenditionKinds.BlurOf(kind), view.Mark, cancellation)
                    : renderer.RenderAsync(
                        bytes,
                        RenditionKinds.RequestOf(kind, tile, view.Mark),
                        cancellation
                    )
        );

    /// <summary>Frames of a video in one picture, with what it takes to cut them out again.</summary>
    public Task<IResult> StripAsync(HttpContext context, AskedView view, RenditionKind kind) =>
        RunAsync(
            context,
            view,
            Permission.ContentRender,
            (renderer, bytes, cancellation) =>
                renderer.StripAsync(bytes, RenditionKinds.BlurOf(kind), view.Mark, cancellation),
            StripHeaders.Set
        );

    public Task<IResult> RevealAsync(HttpContext context, AskedView view) =>
        RunAsync(
            context,
            view,
            Permission.ContentReveal,
            (renderer, bytes, cancellation) =>
                renderer.RenderAsync(
                    bytes,
                    new RenditionRequest
                    {
                        Blur = BlurLevel.None,
                        Tone = view.IsAsItIs ? RenditionTone.Colour : RenditionTone.Grey,
                        MaxSidePixels = RenditionRequest.LargestSide,
                        Watermark = view.Mark,
                    },
                    cancellation
                )
        );

    private async Task<IResult> RunAsync(
        HttpContext context,
        AskedView view,
        Permission permission,
        Func<Renderer, Stream, CancellationToken, Task<Rendition>> make,
        Action<IHeaderDictionary, Rendition>? describe = null
    )
    {
        var actor = context.Actor();
        var (rendition, found) = await MakeAsync(context, view, permission, make);
        var isOpen = await db.WriteAsync(
            actor,
            permission,
            tx => ViewRecord.ShowAsync(tx, view, rendition, found),
            CancellationToken.None
        );
        if (isOpen == 0)
        {
            throw ProblemException.Conflict(
                "too_late",
                "It took longer to make than it may be shown, and you asked for another meanwhile: ask for it again."
            );
        }
        if (rendition.Outcome != MediaOutcome.Done)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "not_shown",
                rendition.Advice
            );
        }
        var headers = context.Response.Headers;
        SetView(headers, view);
        headers[SizeHeader] = $"{rendition.Width}x{rendition.Height}";
        describe?.Invoke(headers, rendition);
        return Results.Bytes(rendition.Jpeg, "image/jpeg");
    }

    /// <summary>What belongs to each answer that shows something: kept nowhere, and whose view it is.</summary>
    public static void SetView(IHeaderDictionary headers, AskedView view)
    {
        headers.CacheControl = "no-store";
        headers[ViewHeader] = view.Id.ToString();
        headers[SecondsHeader] = view.Allowance.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
    }

    private async Task<(Rendition Rendition, Found? Found)> MakeAsync(
        HttpContext context,
        AskedView view,
        Permission permission,
        Func<Renderer, Stream, CancellationToken, Task<Rendition>> make
    )
    {
        var (rendition, failed) = await opened.ReadAsync(
            context,
            view,
            permission,
            async (bytes, cancellation) =>
            {
                // The locker's stream goes forward only, and a reader goes back.
                using var memory = new MediaMemory();
                await bytes.CopyToAsync(memory, cancellation);
                memory.Position = 0;
                return await make(screens.Renderer, memory, cancellation);
            }
        );
        return rendition is null
            ? (new Rendition { Outcome = failed!.Outcome, Advice = failed.Advice }, null)
            : (rendition, Finding.Of(rendition, view.Content.IsVideo));
    }
}
