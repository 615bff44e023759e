using System.Runtime.InteropServices;

namespace Vigil.Media.Decoding.Vips;

/// <summary>
/// Interleaved samples of any format to bytes: colours to one place, alpha to another, the rest nowhere.
/// </summary>
internal readonly record struct SampleSplitter(
    SampleFormat Format,
    int Bands,
    int Colours,
    bool Alpha,
    SampleRange Range
)
{
    public void Split(ReadOnlySpan<byte> samples, Span<byte> pixels, Span<byte> alpha)
    {
        if (Format == SampleFormat.UInt8)
        {
            SplitBytes(samples, pixels, alpha);
        }
        else if (Format == SampleFormat.UInt16 && Range == SampleRange.Words)
        {
            SplitWords(MemoryMarshal.Cast<byte, ushort>(samples), pixels, alpha);
        }
        else
        {
            SplitOthers(samples, pixels, alpha);
        }
    }

    private void SplitBytes(ReadOnlySpan<byte> samples, Span<byte> pixels, Span<byte> alpha)
    {
        if (Bands == Colours)
        {
            samples.CopyTo(pixels);
            return;
        }
        for (int from = 0, to = 0, pixel = 0; to < pixels.Length; from += Bands, pixel++)
        {
            for (var band = 0; band < Colours; band++)
            {
                pixels[to++] = samples[from + band];
            }
            if (Alpha)
            {
                alpha[pixel] = samples[from + Colours];
            }
        }
    }

    private void SplitWords(ReadOnlySpan<ushort> samples, Span<byte> pixels, Span<byte> alpha)
    {
        for (int from = 0, to = 0, pixel = 0; to < pixels.Length; from += Bands, pixel++)
        {
            for (var band = 0; band < Colours; band++)
            {
                pixels[to++] = ToByte(samples[from + band]);
            }
            if (Alpha)
            {
                alpha[pixel] = ToByte(samples[from + Colours]);
            }
        }
    }

    // The nearest byte: 65535 = 255 * 257.
    private static byte ToByte(int word) => (byte)((word + 128) / 257);

    private void SplitOthers(ReadOnlySpan<byte> samples, Span<byte> pixels, Span<byte> alpha)
    {
        // Alpha of 16 bits uses them all; in the other formats it is scaled as the colours are.
        var alphaRange = Format == SampleFormat.UInt16 ? SampleRange.Words : Range;
        for (int from = 0, to = 0, pixel = 0; to < pixels.Length; from += Bands, pixel++)
        {
            for (var band = 0; band < Colours; band++)
            {
                pixels[to++] = Range.ToByte(SampleRange.Read(samples, from + band, Format));
            }
            if (Alpha)
            {
                alpha[pixel] = alphaRange.ToByte(SampleRange.Read(samples, from + Colours, Format));
            }
        }
    }
}
