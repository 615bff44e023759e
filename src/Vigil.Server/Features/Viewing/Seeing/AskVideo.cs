using Vigil.Server.Features.Viewing.Limits;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>The first step of a look at a video's frames, or of listening to it: for a reason, for some time.</summary>
internal static class AskVideo
{
    public static async Task<Asked> ForStripAsync(
        Tx tx,
        SignedIn person,
        Guid contentId,
        RenditionKind kind,
        string reason
    )
    {
        var content = await RequireVideoAsync(tx, contentId, reason);
        if (!kind.IsStrip())
        {
            throw ProblemException.BadRequest("wrong_kind", "Frames are strip_strong or strip_small.");
        }
        return await AskView.AskAsync(
            tx,
            person,
            content,
            ViewMode.Scrub,
            $"{Words.Of(kind)}, {reason}",
            (rules, own, seen) =>
                kind.IsAllowed(own) ? (MayView.VideoAllowance(rules, own, seen), false) : null,
            Words.Of(kind)
        );
    }

    /// <summary>Sound is as it was made: it asks for what a reveal asks for.</summary>
    public static async Task<Asked> ForSoundAsync(Tx tx, SignedIn person, Guid contentId, string reason)
    {
        var content = await RequireVideoAsync(tx, contentId, reason);
        await AskView.RequireQualifiedAsync(tx);
        return await AskView.AskAsync(
            tx,
            person,
            content,
            ViewMode.Sound,
            $"sound, {reason}",
            (rules, own, seen) => (MayView.VideoAllowance(rules, own, seen), false),
            "sound"
        );
    }

    private static async Task<ContentRow> RequireVideoAsync(Tx tx, Guid contentId, string reason)
    {
        var content = await AskView.RequireThereAsync(tx, contentId);
        if (!content.IsVideo)
        {
            throw ProblemException.BadRequest("not_a_video", "Only a video has frames and a sound.");
        }
        await NamesNobody.RequireAsync(tx, content.CaseRef, RevealReasons.WordsOf(reason));
        return content;
    }
}
