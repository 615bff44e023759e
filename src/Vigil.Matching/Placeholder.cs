namespace Vigil.Matching;

internal static class Placeholder { }
