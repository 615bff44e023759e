using Vigil.Files;

namespace Vigil.Matching.Lists;

/// <summary>A list on disk (<c>.vlist</c>): sealed with the installation's key ring, replaced as a whole.</summary>
public static class SealedList
{
    /// <summary>Writes by way of <see cref="Durable.Replace"/>.</summary>
    public static void Save(string path, KeyRing keys, SignalList list) => throw new NotSupportedException();

    /// <exception cref="SealBrokenException">Altered, cut, or another installation's.</exception>
    public static SignalList Load(string path, KeyRing keys) => throw new NotSupportedException();
}
