using Vigil.Media;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>What a look found a file to be.</summary>
internal enum Found
{
    /// <summary>One picture, all of it there.</summary>
    Single,

    /// <summary>Several; one was shown.</summary>
    Animation,

    /// <summary>It ends early; what there is was shown.</summary>
    Truncated,

    /// <summary>Shown as a contact sheet, or frame by frame.</summary>
    Video,

    /// <summary>One picture, revealed whole, and too small in the window to be readable.</summary>
    TooLong,

    /// <summary>Nothing of it could be shown.</summary>
    Nothing,
}

internal static class Finding
{
    /// <summary>Pixels of what the console's page has for a picture (.screen), on an ordinary screen.</summary>
    private const int UsualWidth = 1200;

    private const int UsualHeight = 768;

    /// <returns>Null: the bytes did not come, which says nothing of the file.</returns>
    public static Found? Of(Rendition rendition, bool isVideo) =>
        rendition.Outcome switch
        {
            MediaOutcome.ReadError => null,
            not MediaOutcome.Done => Found.Nothing,
            _ when isVideo => Found.Video,
            _ when rendition.Truncated => Found.Truncated,
            _ => rendition.Frames > 1 ? Found.Animation : Found.Single,
        };

    /// <summary>Enough pixels of the whole are on the screen, or as many as there are.</summary>
    public static bool IsReadable(int sourceWidth, int sourceHeight, int width, int height)
    {
        var (longer, shorter) = Sides(sourceWidth, sourceHeight);
        var (shownLonger, shownShorter) = Sides(width, height);
        return shownLonger >= Math.Min(longer, ViewRecord.ReadableSide)
            && shownShorter >= Math.Min(shorter, ViewRecord.ReadableShortSide);
    }

    /// <summary>Whole in an ordinary window nobody can read it: a smaller window excuses nothing.</summary>
    public static bool IsTooLong(int sourceWidth, int sourceHeight)
    {
        if (sourceWidth <= 0 || sourceHeight <= 0)
        {
            return false;
        }
        var drawn = (double)RenditionRequest.LargestSide / Math.Max(sourceWidth, sourceHeight);
        var scale = Math.Min(
            Math.Min(1, drawn),
            Math.Min((double)UsualWidth / sourceWidth, (double)UsualHeight / sourceHeight)
        );
        return !IsReadable(
            sourceWidth,
            sourceHeight,
            (int)Math.Round(sourceWidth * scale),
            (int)Math.Round(sourceHeight * scale)
        );
    }

    private static (int Longer, int Shorter) Sides(int width, int height) =>
        (Math.Max(width, height), Math.Min(width, height));
}
