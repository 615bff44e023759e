namespace Vigil.Hashing;

/// <summary>The three digests of one file and its length in bytes.</summary>
public sealed record FileDigests(Digest Md5, Digest Sha1, Digest Sha256, long LengthBytes);
