using Microsoft.AspNetCore.Http;
using Vigil.Media;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// One time of listening to a video: record, signed act, ffmpeg in its sandbox, samples, in this order. Nothing of
/// it is kept.
/// </summary>
internal sealed class ShowSound(Db db, OpenedViews opened, Screens screens)
{
    /// <summary>"yes" where the file has more sound than is decoded.</summary>
    public const string CutHeader = "Vigil-Sound-Cut";

    /// <param name="reason">As it stands in the ledger.</param>
    /// <exception cref="ProblemException">It may not be, or there is nothing to hear; the text says why.</exception>
    public async Task<IResult> RunAsync(HttpContext context, Guid contentId, string reason)
    {
        var person = context.Person();
        var asked = await db.WriteAsync(
            context.Actor(),
            Permission.ContentReveal,
            tx => AskVideo.ForSoundAsync(tx, person, contentId, reason),
            context.RequestAborted
        );
        var view = asked.Require();
        var (sound, failed) = await opened.ReadAsync(context, view, Permission.ContentReveal, DecodeAsync);
        var isHeard = sound is { Outcome: MediaOutcome.Done };
        await db.WriteAsync(
            context.Actor(),
            Permission.ContentReveal,
            tx => ViewRecord.ShowSoundAsync(tx, view, isHeard),
            CancellationToken.None
        );
        if (sound is null || !isHeard)
        {
            throw new ProblemException(
                StatusCodes.Status422UnprocessableEntity,
                "not_heard",
                failed?.Advice ?? sound!.Advice
            );
        }
        ShowContent.SetView(context.Response.Headers, view);
        context.Response.Headers[CutHeader] = sound.IsCut ? "yes" : "no";
        return Results.Bytes(sound.Wav, "audio/wav");
    }

    private async Task<VideoSound> DecodeAsync(Stream bytes, CancellationToken cancellation)
    {
        using var memory = new MediaMemory();
        await bytes.CopyToAsync(memory, cancellation);
        memory.Position = 0;
        return await screens.Renderer.SoundAsync(memory, cancellation);
    }
}
