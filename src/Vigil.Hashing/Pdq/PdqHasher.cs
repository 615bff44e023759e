using Vigil.Hashing.Pdq;

namespace Vigil.Hashing;

/// <summary>
/// PDQ of decoded pictures, equal to the reference implementation (facebook/ThreatExchange, pdq/cpp) to the
/// bit on equal pixels. Keeps its working memory between calls; not for use by two threads at once.
/// </summary>
public sealed class PdqHasher
{
    /// <summary>
    /// Fewer pixels than this on a side: the zero hash at quality 0, as the reference answers.
    /// </summary>
    public const int MinSidePixels = 5;

    private const int Samples = BoxWindow.Samples;

    private readonly JaroszDownscaler _downscaler = new();
    private readonly float[] _small = new float[Samples * Samples];
    private readonly float[] _dct = new float[PdqTransform.Coefficients];
    private readonly float[] _turned = new float[PdqTransform.Coefficients];
    private byte[] _resized = [];

    /// <summary>Hash and quality of one picture.</summary>
    public PdqResult Hash(PixelView picture, PdqResize resize = PdqResize.None)
    {
        if (!Reduce(picture, resize, filterSamples: false))
        {
            return default;
        }
        PdqTransform.Dct(_small, _dct);
        return new PdqResult(PdqTransform.Bits(_dct), PdqGradient.Quality(_small));
    }

    /// <summary>
    /// The hashes of the picture's eight symmetries, in the order of <see cref="Dihedral"/>, derived from one
    /// transform. A file that was really turned hashes some bits off its derived hash: use a radius.
    /// </summary>
    /// <param name="results">Takes 8 results, all of the same quality.</param>
    public void HashDihedral(PixelView picture, Span<PdqResult> results, PdqResize resize = PdqResize.None)
    {
        results = results[..8];
        if (!Reduce(picture, resize, filterSamples: true))
        {
            results.Clear();
            return;
        }
        PdqTransform.Dct(_small, _dct);
        var quality = PdqGradient.Quality(_small);
        for (var variant = Dihedral.Original; variant <= Dihedral.FlipMinus1; variant++)
        {
            PdqTransform.Turn(_dct, variant, _turned);
            results[(int)variant] = new PdqResult(PdqTransform.Bits(_turned), quality);
        }
    }

    /// <summary>Makes the 64x64 picture; false when the picture is too small to have a hash.</summary>
    /// <param name="filterSamples">The reference filters a 64x64 picture for eight hashes, and not for
    /// one.</param>
    private bool Reduce(PixelView picture, PdqResize resize, bool filterSamples)
    {
        if (picture.Width < MinSidePixels || picture.Height < MinSidePixels)
        {
            return false;
        }
        if (resize == PdqResize.Nearest512 && NearestResize.Applies(picture))
        {
            var bytes = NearestResize.Side * NearestResize.Side * (int)picture.Layout;
            if (_resized.Length < bytes)
            {
                _resized = new byte[bytes];
            }
            picture = NearestResize.Into(picture, _resized);
        }
        if (picture.Width == Samples && picture.Height == Samples && !filterSamples)
        {
            LumaRow.Whole(picture, _small);
        }
        else
        {
            _downscaler.Downscale(picture, _small);
        }
        return true;
    }
}
