namespace Vigil.Files;

internal static class Placeholder { }
