"""The service for agents: tools and resources of the Model Context Protocol, over HTTP and on stdio."""
