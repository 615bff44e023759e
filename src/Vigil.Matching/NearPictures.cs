using Vigil.Hashing;
using Vigil.Matching.Search;

namespace Vigil.Matching;

/// <summary>The pictures of one fingerprint while they are looked up. Kept by a thread and used again.</summary>
internal sealed class NearPictures
{
    /// <summary>What a thread keeps of a large answer: hits of 12 bytes.</summary>
    private const int KeptHits = 1 << 16;

    [ThreadStatic]
    private static NearPictures? _mine;

    private readonly List<RowHit> _hits = [];
    private readonly List<(int Index, Quality Quality)> _pictures = [];
    private PdqHash[] _hashes = new PdqHash[8];
    private int _widest = -1;

    public static NearPictures Mine => _mine ??= new NearPictures();

    /// <summary>By the number of a query.</summary>
    public (int Index, Quality Quality) this[int query] => _pictures[query];

    public void Clear()
    {
        _hits.Clear();
        _pictures.Clear();
        _widest = -1;
        if (_hits.Capacity > KeptHits)
        {
            _hits.Capacity = KeptHits;
        }
    }

    /// <param name="widest">Radius in bits; -1: it is looked up nowhere.</param>
    public void Add(in PdqResult picture, int index, int widest)
    {
        if (widest < 0)
        {
            return;
        }
        if (_pictures.Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, _hashes.Length * 2);
        }
        _hashes[_pictures.Count] = picture.Hash;
        _pictures.Add((index, picture.Quality));
        _widest = Math.Max(_widest, widest);
    }

    /// <summary>Valid until the thread's next look-up.</summary>
    public List<RowHit> FindIn(PdqSegment segment, CancellationToken cancellation)
    {
        if (_pictures.Count > 0)
        {
            segment.FindMany(_hashes.AsSpan(0, _pictures.Count), _widest, _hits, cancellation);
        }
        return _hits;
    }
}
