using System.Reflection;
using System.Runtime.InteropServices;

namespace Vigil.Benchmarks;

/// <summary>
/// The C interface of faiss (github.com/facebookresearch/faiss, c_api), as far as it is needed: a flat index of
/// binary vectors. Its faster MultiHash index cannot be set up through that interface.
/// </summary>
internal sealed unsafe partial class Faiss : IDisposable
{
    private const string Library = "faiss_c";

    /// <summary>The library's file; the default is the name under which faiss builds it with AVX2.</summary>
    public const string PathVariable = "VIGIL_FAISS";
    private const string UsualName = "libfaiss_c_avx2.so";

    private readonly nint _index;

    private Faiss(nint index) => _index = index;

    /// <summary>Null where the library is not on this machine.</summary>
    /// <param name="bits">Of a vector.</param>
    public static Faiss? TryOpen(int bits)
    {
        var name = Environment.GetEnvironmentVariable(PathVariable) ?? UsualName;
        if (!NativeLibrary.TryLoad(name, out var library))
        {
            return null;
        }
        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(),
            (asked, assembly, search) =>
                asked == Library ? library : NativeLibrary.Load(asked, assembly, search)
        );
        Check(faiss_index_binary_factory(out var index, bits, "BFlat"));
        return new Faiss(index);
    }

    /// <summary>Rows of whole bytes, one after the other.</summary>
    public void Add(ReadOnlySpan<byte> rows, long count)
    {
        // SAFETY: faiss copies `count` rows of the index's width out of the pinned span.
        fixed (byte* first = rows)
        {
            Check(faiss_IndexBinary_add(_index, count, first));
        }
    }

    /// <summary>How many rows are nearer than <paramref name="below"/> bits: faiss leaves the radius itself out.</summary>
    public int CountNearer(ReadOnlySpan<byte> query, int below)
    {
        Check(faiss_RangeSearchResult_new(out var result, 1));
        try
        {
            // SAFETY: one row is read from the pinned span; the limits are two numbers that the result owns.
            fixed (byte* first = query)
            {
                Check(faiss_IndexBinary_range_search(_index, 1, first, below, result));
            }
            faiss_RangeSearchResult_lims(result, out var limits);
            return (int)(limits[1] - limits[0]);
        }
        finally
        {
            faiss_RangeSearchResult_free(result);
        }
    }

    public void Dispose() => faiss_IndexBinary_free(_index);

    private static void Check(int code)
    {
        if (code != 0)
        {
            throw new InvalidOperationException($"faiss answered {code}.");
        }
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int faiss_index_binary_factory(out nint index, int bits, string description);

    [LibraryImport(Library)]
    private static partial int faiss_IndexBinary_add(nint index, long count, byte* rows);

    [LibraryImport(Library)]
    private static partial int faiss_IndexBinary_range_search(
        nint index,
        long count,
        byte* queries,
        int radius,
        nint result
    );

    [LibraryImport(Library)]
    private static partial void faiss_IndexBinary_free(nint index);

    [LibraryImport(Library)]
    private static partial int faiss_RangeSearchResult_new(out nint result, long queries);

    [LibraryImport(Library)]
    private static partial void faiss_RangeSearchResult_lims(nint result, out nuint* limits);

    [LibraryImport(Library)]
    private static partial void faiss_RangeSearchResult_free(nint result);
}
