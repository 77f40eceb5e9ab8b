"""What all tests stand on: databases, visitors, servers, browsers, storms."""
