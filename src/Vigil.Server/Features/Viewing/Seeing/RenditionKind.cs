using Vigil.Media;
using Vigil.Server.Features.Viewing.Limits;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// What can be shown without revealing: closed, because none of them may be the picture itself. Tiles put
/// together again are no sharper than the small one.
/// </summary>
public enum RenditionKind
{
    /// <summary>The first that is offered: grey, strongly blurred, small.</summary>
    GreyStrong,
    GreyLight,

    /// <summary>At most 160 pixels.</summary>
    GreySmall,
    Edges,

    /// <summary>A sixteenth of the picture, lightly blurred.</summary>
    Tile,

    /// <summary>Of a video.</summary>
    SheetStrong,
    SheetLight,

    /// <summary>Frames of a video, one at a time, at most 160 pixels: for a reason, for some time.</summary>
    StripStrong,
    StripSmall,
}

internal static class RenditionKinds
{
    /// <summary>Rows and columns of tiles.</summary>
    public const int Grid = 4;

    private const int MediumSide = 800;

    public static bool IsSheet(this RenditionKind kind) =>
        kind is RenditionKind.SheetStrong or RenditionKind.SheetLight;

    public static bool IsStrip(this RenditionKind kind) =>
        kind is RenditionKind.StripStrong or RenditionKind.StripSmall;

    public static string Title(this RenditionKind kind) =>
        kind switch
        {
            RenditionKind.GreyStrong => "Small, grey, strongly blurred",
            RenditionKind.GreyLight => "Grey, lightly blurred",
            RenditionKind.GreySmall => "Small and grey",
            RenditionKind.Edges => "Outlines only",
            RenditionKind.Tile => "One of sixteen tiles",
            RenditionKind.SheetStrong => "Contact sheet, strongly blurred",
            RenditionKind.StripStrong => "Frames, grey, strongly blurred",
            RenditionKind.StripSmall => "Frames, grey",
            _ => "Contact sheet, lightly blurred",
        };

    /// <summary>
    /// By a person's own settings. Who wants nothing unblurred is shown none that is sharp, outlines neither: they are
    /// traced from the sharp picture, and tell what happens in it.
    /// </summary>
    public static bool IsAllowed(this RenditionKind kind, OwnSettings own) =>
        (own.Reveal != RevealWish.Never || BlurOf(kind) != BlurLevel.None)
        && own.Renditions switch
        {
            RenditionWish.None => false,
            RenditionWish.StrongOnly => kind
                is RenditionKind.GreyStrong
                    or RenditionKind.SheetStrong
                    or RenditionKind.StripStrong,
            _ => true,
        };

    public static BlurLevel BlurOf(RenditionKind kind) =>
        kind is RenditionKind.GreyStrong or RenditionKind.SheetStrong or RenditionKind.StripStrong
            ? BlurLevel.Strong
        : kind is RenditionKind.GreyLight or RenditionKind.Tile or RenditionKind.SheetLight ? BlurLevel.Light
        : BlurLevel.None;

    public static RenditionRequest RequestOf(RenditionKind kind, RenditionTile? tile, string mark) =>
        new()
        {
            Blur = BlurOf(kind),
            Tone = kind == RenditionKind.Edges ? RenditionTone.Edges : RenditionTone.Grey,
            MaxSidePixels = kind is RenditionKind.GreyStrong or RenditionKind.GreySmall
                ? RenditionRequest.SmallSide
                : MediumSide,
            Tile = kind == RenditionKind.Tile ? tile : null,
            Watermark = mark,
        };
}
