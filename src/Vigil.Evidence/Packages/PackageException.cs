namespace Vigil.Evidence;

/// <summary>Why a package or a key of one cannot be used.</summary>
public enum PackageProblem
{
    /// <summary>Not such a file, cut, or of a form this version does not know.</summary>
    Malformed,

    /// <summary>Bytes, digest or signature do not belong together: it was altered.</summary>
    Altered,

    /// <summary>Signed by somebody else than was named.</summary>
    OtherSigner,

    /// <summary>Sealed to another key.</summary>
    OtherRecipient,

    /// <summary>Not a key, or one that protects nothing.</summary>
    BadKey,
}

/// <summary>What is wrong, as data, and what to do, as text. Holds nothing of the contents.</summary>
public sealed class PackageException(PackageProblem problem, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public PackageProblem Problem { get; } = problem;
}
