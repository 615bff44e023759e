using Vigil.Hashing;
using static Vigil.Media.Decoding.Vips.VipsNative;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// Embedded ICC profiles, applied by libvips (Little CMS) with relative colorimetric intent.
/// </summary>
internal static unsafe class ColourProfile
{
    /// <summary>Of a profile taken from a file.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Levels a colour may move and the profile still count as sRGB: what rounding in the transform does.
    /// </summary>
    private const int SameLevels = 2;

    /// <summary>Values tried of each channel to see what a profile does.</summary>
    private const int ProbeSteps = 6;

    /// <summary>The frame as its profile means it, in <see cref="DecodedFrame.Derived"/>.</summary>
    /// <returns>False when the profile does not fit the picture, or changes no pixel.</returns>
    public static bool ToSrgb(DecodedFrame frame)
    {
        var bands = (int)frame.Layout;
        if (IsAsGoodAsSrgb(bands, frame.Profile))
        {
            return false;
        }
        var rgb = frame.Derived.Resize(checked(frame.Width * frame.Height * 3));
        var ok = Transform(
            frame.Pixels.Pointer,
            frame.Width,
            frame.Height,
            bands,
            frame.Profile,
            frame.Derived.Pointer
        );
        return ok && Differs(frame.View.Pixels, rgb, bands);
    }

    /// <summary>
    /// Four inks in <see cref="DecodedFrame.Pixels"/> become RGB: by the embedded profile, which is then used
    /// up, or by the plain formula when there is none or it does not fit.
    /// </summary>
    public static void InksToRgb(DecodedFrame frame, bool inverted)
    {
        var inks = frame.Pixels.Span;
        if (frame.Profile.Length > 0)
        {
            Invert(inks, inverted);
            // In place: a strip is read before its three quarters are written, and no row is read twice.
            var done = Transform(
                frame.Pixels.Pointer,
                frame.Width,
                frame.Height,
                4,
                frame.Profile,
                frame.Pixels.Pointer
            );
            frame.Profile = [];
            if (done)
            {
                return;
            }
            Invert(inks, inverted);
        }
        Inks.ToRgb(inks, inks, inverted);
    }

    private static void Invert(Span<byte> inks, bool inverted)
    {
        for (var at = 0; inverted && at < inks.Length; at++)
        {
            inks[at] ^= 0xFF;
        }
    }

    // A profile by another name, version or maker that does what sRGB does: found out by trying it.
    private static bool IsAsGoodAsSrgb(int bands, byte[] profile)
    {
        const int cube = ProbeSteps * ProbeSteps * ProbeSteps;
        var count = bands == 1 ? 256 : cube;
        var probe = stackalloc byte[cube * 3];
        var result = stackalloc byte[cube * 4];
        for (var at = 0; at < count && bands == 1; at++)
        {
            probe[at] = (byte)at;
        }
        for (var at = 0; at < count && bands == 3; at++)
        {
            probe[at * 3] = Step(at % ProbeSteps);
            probe[at * 3 + 1] = Step(at / ProbeSteps % ProbeSteps);
            probe[at * 3 + 2] = Step(at / (ProbeSteps * ProbeSteps));
        }
        if (!Transform(probe, count, 1, bands, profile, result))
        {
            return true;
        }
        for (var at = 0; at < count * 3; at++)
        {
            if (Math.Abs(probe[bands == 1 ? at / 3 : at] - result[at]) > SameLevels)
            {
                return false;
            }
        }
        return true;
    }

    private static byte Step(int step) => (byte)(step * 255 / (ProbeSteps - 1));

    private static bool Differs(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> rgb, int bands)
    {
        if (bands == 3)
        {
            return !stored.SequenceEqual(rgb);
        }
        for (var at = 0; at < rgb.Length; at++)
        {
            if (stored[at / 3] != rgb[at])
            {
                return true;
            }
        }
        return false;
    }

    private static bool Transform(byte* pixels, int width, int height, int bands, byte[] profile, byte* rgb)
    {
        VipsRuntime.Start();
        var length = checked(width * height * bands);
        var memory = vips_image_new_from_memory(pixels, (nuint)length, width, height, bands, format: 0);
        if (memory == 0)
        {
            vips_error_clear();
            return false;
        }
        using var raw = new VipsImage(memory);
        var interpretation = bands switch
        {
            1 => "b-w",
            3 => "srgb",
            _ => "cmyk",
        };
        using var tagged = VipsOperation.Apply("copy", raw, ("interpretation", interpretation));
        if (tagged is null)
        {
            return false;
        }
        tagged.SetBlob("icc-profile-data", profile);
        using var managed = VipsOperation.Apply(
            "icc_transform",
            tagged,
            ("output-profile", "srgb"),
            ("embedded", "true"),
            ("depth", "8")
        );
        if (managed is not { Bands: 3, Format: SampleFormat.UInt8 })
        {
            return false;
        }
        // SAFETY: rgb has room for width x height pixels of three bytes; strips come in order and never
        // overlap.
        var read = VipsRows.Read(
            managed,
            0,
            height,
            (first, rows, samples) =>
            {
                samples.CopyTo(new Span<byte>(rgb + (long)first * width * 3, rows * width * 3));
                return true;
            }
        );
        return read == height;
    }
}
