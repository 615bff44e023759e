namespace Vigil.Matching.Lists;

internal static class VicsList
{
    public static IEnumerable<ListRow> Read(Stream s) => throw new NotSupportedException();
}
