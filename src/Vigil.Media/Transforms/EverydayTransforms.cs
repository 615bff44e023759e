using static Vigil.Media.Transforms.Layouts;
using static Vigil.Media.Transforms.Tones;
using static Vigil.Media.Transforms.VipsTransforms;

namespace Vigil.Media.Transforms;

/// <summary>What a transform stands for, for the tables.</summary>
public enum TransformFamily
{
    Same,
    Encoding,
    Size,
    Tone,
    Overlay,
    Crop,
    Border,
    Turn,
    Screenshot,
    Social,
    Collage,
    Chain,
}

/// <summary>One everyday change of a picture.</summary>
/// <param name="Published">The name under which the published figures have one of the same kind.</param>
public sealed record EverydayTransform(string Name, TransformFamily Family, string? Published = null)
{
    internal Func<Pixmap, Random, Pixmap> Apply { get; init; } = (picture, _) => picture;
}

/// <summary>
/// What happens to pictures on their way through phones, web sites and programs. Nothing here aims at evading a
/// fingerprint, and nothing that does will be added. The first leaves the picture as it is.
/// </summary>
public static class EverydayTransforms
{
    private static readonly Ink Teal = new(0, 128, 128);

    /// <summary>The numbers by which <see cref="TransformHash.Transform"/> names them.</summary>
    public static IReadOnlyList<EverydayTransform> All { get; } =
    [
        new("as it is", TransformFamily.Same, "noop"),
        .. Encodings(),
        .. TonesAndOverlays(),
        .. Crops(),
        .. Borders(),
        .. Turns(),
        .. Screens(),
        .. Chains(),
    ];

    private static EverydayTransform[] Encodings() =>
        [
            Of("JPEG quality 95", TransformFamily.Encoding, p => Jpeg(p, 95), "jpeg95"),
            Of("JPEG quality 70", TransformFamily.Encoding, p => Jpeg(p, 70)),
            Of("JPEG quality 30", TransformFamily.Encoding, p => Jpeg(p, 30)),
            Of("palette of 216 colours", TransformFamily.Encoding, Palette),
            Of("half size", TransformFamily.Size, p => Scale(p, 0.5), "resize0.5"),
            Of("256 pixels", TransformFamily.Size, p => Shrink(p, 256)),
            Of("double size", TransformFamily.Size, p => Shrink(Scale(p, 2), 1600)),
            Of("a tenth wider", TransformFamily.Size, p => Scale(p, 1.1, 1)),
        ];

    private static EverydayTransform[] TonesAndOverlays() =>
        [
            Of("gamma 2", TransformFamily.Tone, p => Gamma(p, 0.5), "gamma2"),
            Of("brighter", TransformFamily.Tone, p => Linear(p, 1, 30)),
            Of("more contrast", TransformFamily.Tone, p => Linear(p, 1.3, -38)),
            Of("grey", TransformFamily.Tone, Grey),
            Of("warm", TransformFamily.Tone, Warm),
            Of("strong colours", TransformFamily.Tone, p => Saturate(p, 1.6)),
            Of("blur 2 pixels", TransformFamily.Tone, p => Blur(p, 2), "blur2"),
            Of("sharpened", TransformFamily.Tone, Sharpen),
            With("noise", TransformFamily.Tone, (p, random) => Noise(p, 12, random)),
            With("heavy noise", TransformFamily.Tone, (p, random) => Noise(p, 51, random), "noise0.2"),
            Of("vignette", TransformFamily.Tone, Vignette, "vignette"),
            With("text across", TransformFamily.Overlay, TextAcross),
            With("text in the corner", TransformFamily.Overlay, TextInCorner, "watermark"),
            With("watermark", TransformFamily.Overlay, Watermark),
            With("logo in the corner", TransformFamily.Overlay, Logo),
            Of("sticker", TransformFamily.Overlay, Sticker),
        ];

    private static EverydayTransform[] Crops() =>
        [
            Of("crop 1 %", TransformFamily.Crop, p => Crop(p, 0.01)),
            Of("crop 5 %", TransformFamily.Crop, p => Crop(p, 0.05), "crop0.05"),
            Of("crop 10 %", TransformFamily.Crop, p => Crop(p, 0.10)),
            Of("crop 20 %", TransformFamily.Crop, p => Crop(p, 0.20)),
            Of(
                "top tenth cut off",
                TransformFamily.Crop,
                p => p.Cut(0, p.Height / 10, p.Width, p.Height - p.Height / 10)
            ),
        ];

    private static EverydayTransform[] Borders() =>
        [
            Of("pad 5 %, black", TransformFamily.Border, p => Pad(p, 0.05, Ink.Black)),
            Of("pad 20 %, black", TransformFamily.Border, p => Pad(p, 0.20, Ink.Black)),
            Of("pad 20 %, white", TransformFamily.Border, p => Pad(p, 0.20, Ink.White)),
            Of("pad 20 %, teal", TransformFamily.Border, p => Pad(p, 0.20, Teal)),
            Of("bars of 20 %, black", TransformFamily.Border, p => Bars(p, 0.20), "pad0.2"),
            Of("letterbox, black", TransformFamily.Border, p => Letterbox(p, Ink.Black)),
            Of("letterbox, white", TransformFamily.Border, p => Letterbox(p, Ink.White)),
            Of("instant photo", TransformFamily.Border, InstantPhoto),
            Of("shaded frame", TransformFamily.Border, ShadedFrame),
        ];

    private static EverydayTransform[] Turns() =>
        [
            Of("rotate 4 degrees", TransformFamily.Turn, p => Tilt(p, 4), "rotate4"),
            Of("rotate 90", TransformFamily.Turn, p => Turn(p, "d90")),
            Of("rotate 180", TransformFamily.Turn, p => Turn(p, "d180")),
            Of("rotate 270", TransformFamily.Turn, p => Turn(p, "d270")),
            Of("mirror", TransformFamily.Turn, p => Flip(p, "horizontal")),
            Of("upside down, mirrored", TransformFamily.Turn, p => Flip(p, "vertical")),
        ];

    private static EverydayTransform[] Screens() =>
        [
            With(
                "telephone, dark",
                TransformFamily.Screenshot,
                (p, random) => PhoneScreen(p, dark: true, captions: false, random)
            ),
            With(
                "telephone, light, captions",
                TransformFamily.Screenshot,
                (p, random) => PhoneScreen(p, dark: false, captions: true, random)
            ),
            With("browser", TransformFamily.Screenshot, BrowserScreen),
            Of("1080 pixels, JPEG 75", TransformFamily.Social, p => Jpeg(Shrink(p, 1080), 75)),
            Of("640 pixels, JPEG 70 twice", TransformFamily.Social, p => Jpeg(Jpeg(Shrink(p, 640), 70), 70)),
            Of("story with blurred bars", TransformFamily.Social, p => Jpeg(Story(p), 80)),
            With("caption above", TransformFamily.Social, (p, random) => Jpeg(Caption(p, random), 80)),
            With("collage, white lines", TransformFamily.Collage, (p, random) => Collage(p, 14, random)),
            With("collage, no lines", TransformFamily.Collage, (p, random) => Collage(p, 0, random)),
            With("side by side", TransformFamily.Collage, Beside),
            With("album page", TransformFamily.Collage, Album),
        ];

    private static EverydayTransform[] Chains() =>
        [
            Of("mirror, JPEG 70", TransformFamily.Chain, p => Jpeg(Flip(p, "horizontal"), 70)),
            Of("pad 20 %, rotate 90", TransformFamily.Chain, p => Turn(Pad(p, 0.20, Ink.Black), "d90")),
            Of("letterbox, mirror", TransformFamily.Chain, p => Flip(Letterbox(p, Ink.Black), "horizontal")),
            Of("crop 5 %, JPEG 70", TransformFamily.Chain, p => Jpeg(Crop(p, 0.05), 70)),
            With(
                "telephone, then 640 pixels",
                TransformFamily.Chain,
                (p, random) => Jpeg(Shrink(PhoneScreen(p, dark: true, captions: false, random), 640), 70)
            ),
            With(
                "collage, mirrored",
                TransformFamily.Chain,
                (p, random) => Flip(Collage(p, 14, random), "horizontal")
            ),
        ];

    private static Pixmap Crop(Pixmap p, double share)
    {
        var (x, y) = ((int)(p.Width * share), (int)(p.Height * share));
        return p.Cut(x, y, p.Width - 2 * x, p.Height - 2 * y);
    }

    private static EverydayTransform Of(
        string name,
        TransformFamily family,
        Func<Pixmap, Pixmap> apply,
        string? published = null
    ) => new(name, family, published) { Apply = (picture, _) => apply(picture) };

    private static EverydayTransform With(
        string name,
        TransformFamily family,
        Func<Pixmap, Random, Pixmap> apply,
        string? published = null
    ) => new(name, family, published) { Apply = apply };
}
