using Vigil.Hashing;

namespace Vigil.Media.Video;

/// <summary>The hashes of a video's picked frames, made as they come.</summary>
internal sealed class FrameHashes(bool dihedral)
{
    private readonly PdqHasher _hasher = new();
    private readonly PdqResult[] _results = new PdqResult[dihedral ? 8 : 1];
    private readonly List<VpdqFeature> _features = [];
    private readonly List<FrameHash> _hashes = [];

    public void Take(PixelView picture, int frame, double seconds)
    {
        if (dihedral)
        {
            _hasher.HashDihedral(picture, _results);
        }
        else
        {
            _results[0] = _hasher.Hash(picture);
        }
        _features.Add(new VpdqFeature(frame, _results[0].Quality, _results[0].Hash, seconds));
        for (var variant = 0; variant < _results.Length; variant++)
        {
            var (hash, quality) = _results[variant];
            _hashes.Add(new FrameHash(frame, PictureView.Stored, (Dihedral)variant, hash, quality));
        }
    }

    /// <summary>What only a video that was read to its end has.</summary>
    public MediaResult AddTo(MediaResult result) =>
        result.Outcome == MediaOutcome.Done
            ? result with
            {
                Hashes = _hashes,
                Video = result.Video! with { Features = _features },
            }
            : result;
}
