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

    /// <summary>
    /// Longer sides for which the composite filter is tried unasked. Below, the transform and the bound take
    /// what the filter saves; above, running sums are so long that their bound seldom decides. Measured with
    /// `vigil bench hash`, see `bench/record`.
    /// </summary>
    private const int CompositePaysFromSide = 320;
    private const int CompositePaysToSide = 1024;

    private const int Samples = BoxWindow.Samples;

    private readonly JaroszDownscaler _downscaler = new();
    private readonly PdqPath _path;
    private readonly CompositePath _composite = new();
    private readonly float[] _small = new float[Samples * Samples];
    private readonly float[] _half = new float[PdqTransform.Side * Samples];
    private readonly float[] _dct = new float[PdqTransform.Coefficients];
    private readonly float[] _turned = new float[PdqTransform.Coefficients];
    private byte[] _resized = [];

    public PdqHasher()
        : this(PdqPath.Automatic) { }

    /// <param name="path">Which filter is tried: for benchmarks and tests. The answers are the same.</param>
    internal PdqHasher(PdqPath path) => _path = path;

    /// <summary>How many pictures each filter has answered for since this hasher was made.</summary>
    internal PdqPathCounts Paths { get; private set; }

    /// <summary>Hash and quality of one picture.</summary>
    public PdqResult Hash(PixelView picture, PdqResize resize = PdqResize.None)
    {
        if (picture.Width < MinSidePixels || picture.Height < MinSidePixels)
        {
            return default;
        }
        picture = Resized(picture, resize);
        if (picture.Width == Samples && picture.Height == Samples)
        {
            // The reference does not filter a 64x64 picture for one hash.
            LumaRow.Whole(picture, _small);
            return Finish();
        }
        if (TriesComposite(picture))
        {
            if (_composite.TryHash(picture, _small, _half, _dct, out var result))
            {
                Paths = Paths with { Composite = Paths.Composite + 1 };
                return result;
            }
            Paths = Paths with { FellBack = Paths.FellBack + 1 };
        }
        else
        {
            Paths = Paths with { Ordered = Paths.Ordered + 1 };
        }
        _downscaler.Downscale(picture, _small);
        return Finish();
    }

    private bool TriesComposite(PixelView picture) =>
        _path switch
        {
            PdqPath.Ordered => false,
            PdqPath.CompositeFirst => CompositePath.Fits(picture),
            _ => Math.Max(picture.Width, picture.Height)
                is >= CompositePaysFromSide
                    and <= CompositePaysToSide,
        };

    private PdqResult Finish()
    {
        PdqTransform.Dct(_small, _half, _dct);
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
        if (picture.Width < MinSidePixels || picture.Height < MinSidePixels)
        {
            results.Clear();
            return;
        }
        // Four medians have to be certain where one hash needs one: the composite filter would seldom do.
        _downscaler.Downscale(Resized(picture, resize), _small);
        FinishDihedral(results);
    }

    /// <summary>
    /// The same eight by the composite filter alone: near, a few bits off at most on what was measured, and not
    /// proven. Good to ask whether anything is near enough to be worth the exact hashes; never to be stored or
    /// reported.
    /// </summary>
    /// <param name="results">Takes 8 results, all of the same quality.</param>
    public void EstimateDihedral(PixelView picture, Span<PdqResult> results)
    {
        results = results[..8];
        if (picture.Width < MinSidePixels || picture.Height < MinSidePixels)
        {
            results.Clear();
            return;
        }
        _composite.Estimate(picture, _small);
        FinishDihedral(results);
    }

    private void FinishDihedral(Span<PdqResult> results)
    {
        PdqTransform.Dct(_small, _half, _dct);
        var quality = PdqGradient.Quality(_small);
        for (var variant = Dihedral.Original; variant <= Dihedral.FlipMinus1; variant++)
        {
            PdqTransform.Turn(_dct, variant, _turned);
            results[(int)variant] = new PdqResult(PdqTransform.Bits(_turned), quality);
        }
    }

    private PixelView Resized(PixelView picture, PdqResize resize)
    {
        if (resize != PdqResize.Nearest512 || !NearestResize.Applies(picture))
        {
            return picture;
        }
        var bytes = NearestResize.Side * NearestResize.Side * (int)picture.Layout;
        if (_resized.Length < bytes)
        {
            _resized = new byte[bytes];
        }
        return NearestResize.Into(picture, _resized);
    }
}
