namespace Vigil.Matching.Lists;

/// <summary>Every limit on list files and what is kept of them, with its reason.</summary>
internal static class ListLimits
{
    /// <summary>
    /// Ten times the largest list known to be exchanged; a list is held in memory once imported.
    /// </summary>
    public const long MaxRows = 50_000_000;

    /// <summary>Bytes looked at to tell formats apart.</summary>
    public const int HeadBytes = 64 * 1024;

    /// <summary>A hash, its type and a comment fit many times over.</summary>
    public const int MaxLineBytes = 4 * 1024;

    /// <summary>
    /// Bytes of one CSV row, quoted line ends included; lists carry comments and base64 beside hashes.
    /// </summary>
    public const int MaxRecordBytes = 1024 * 1024;

    public const int MaxColumns = 512;

    /// <summary>Bytes of one JSON value; VICS carries base64 and Exif texts, each skipped.</summary>
    public const int MaxJsonValueBytes = 8 * 1024 * 1024;

    public const int MaxJsonDepth = 32;

    /// <summary>Keys of one JSON object: they are remembered to notice one that comes twice.</summary>
    public const int MaxJsonKeys = 1024;

    public const int MaxJsonKeyCharacters = 256;

    public const int MaxIdCharacters = 128;

    /// <summary>An id with the number that tells it from its namesakes.</summary>
    public const int MaxStoredIdCharacters = MaxIdCharacters + 12;

    public const int MaxCategoryCharacters = 64;
    public const int MaxSharedCategories = 1024;
    public const int MaxSourceCharacters = 256;
    public const int MaxAttestationCharacters = 4096;
}
