namespace Vigil.Hashing.Pdq;

/// <summary>
/// Hash and quality by the composite filter, or no answer: then the ordered filter has to decide. What it
/// answers is what the reference answers, to the bit.
/// </summary>
internal sealed class CompositePath
{
    private readonly CompositeDownscaler _downscaler = new();
    private readonly CompositeBound _bound = new();

    /// <summary>The last bound, for tests and benchmarks.</summary>
    public CompositeBound Bound => _bound;

    public static bool Fits(PixelView picture) =>
        Math.Max(picture.Width, picture.Height) <= CompositeAxis.MaxLength;

    /// <summary>The 64x64 picture alone, of any size and with nothing proven of it.</summary>
    public void Estimate(PixelView picture, Span<float> small) => _downscaler.Downscale(picture, small);

    /// <param name="picture">One that <see cref="Fits"/>, of 5 pixels or more on each side.</param>
    /// <param name="small">Takes the 64x64 picture.</param>
    /// <param name="half">Takes its transform along one side, 16 rows of 64.</param>
    /// <param name="dct">Takes its 256 coefficients.</param>
    /// <returns>False when a bit or the quality is not certain.</returns>
    public bool TryHash(
        PixelView picture,
        Span<float> small,
        Span<float> half,
        Span<float> dct,
        out PdqResult result
    )
    {
        result = default;
        _downscaler.Downscale(picture, small);
        _bound.SetSample(_downscaler);
        // The cheaper question first: it spares flat pictures the transform.
        if (!_bound.DecidesFullQuality(small))
        {
            return false;
        }
        PdqTransform.Dct(small, half, dct);
        _bound.SetCoefficients(_downscaler, small, half);
        if (!_bound.DecidesBits(dct))
        {
            return false;
        }
        result = new PdqResult(PdqTransform.Bits(dct), new Quality(100));
        return true;
    }
}
