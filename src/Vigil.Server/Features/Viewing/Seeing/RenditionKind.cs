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
}

internal static class RenditionKinds
{
    /// <summary>Rows and columns of tiles.</summary>
    public const int Grid = 4;

    private const int MediumSide = 800;

    public static bool IsSheet(this RenditionKind kind) =>
        kind is RenditionKind.SheetStrong or RenditionKind.SheetLight;

    public static string Title(this RenditionKind kind) =>
        kind switch
        {
            RenditionKind.GreyStrong => "Small, grey, strongly blurred",
            RenditionKind.GreyLight => "Grey, lightly blurred",
            RenditionKind.GreySmall => "Small and grey",
            RenditionKind.Edges => "Outlines only",
            RenditionKind.Tile => "One of sixteen tiles",
            RenditionKind.SheetStrong => "Contact sheet, strongly blurred",
            _ => "Contact sheet, lightly blurred",
        };

    public static bool IsAllowed(this RenditionKind kind, RenditionWish wish) =>
        wish switch
        {
            RenditionWish.None => false,
            RenditionWish.StrongOnly => kind is RenditionKind.GreyStrong or RenditionKind.SheetStrong,
            _ => true,
        };

    public static BlurLevel BlurOf(RenditionKind kind) =>
        kind is RenditionKind.GreyStrong or RenditionKind.SheetStrong ? BlurLevel.Strong
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
